{#- A threshold of one rule, as a number; null in the rows of other rules, so take the maximum over all. -#}
{% macro rule_number(rule, parameter) -%}
    case when rules.rule = '{{ rule }}' then (rules.parameters ->> '{{ parameter }}')::numeric end
{%- endmacro %}

{#- Quality of a row (0 to 1): 0 where it is invalid, else that of its batch, less a tenth for each warning. -#}
{% macro row_quality(batch_score, is_valid, notes) -%}
    round(case when {{ is_valid }} then {{ batch_score }} * 0.9 ^ cardinality({{ notes }}) else 0 end, 6)
{%- endmacro %}

{#- A threshold of one rule, as a number; null in the rows of other rules, so take the maximum over all. -#}
{% macro rule_number(rule, parameter) -%}
    case when rules.rule = '{{ rule }}' then (rules.parameters ->> '{{ parameter }}')::numeric end
{%- endmacro %}

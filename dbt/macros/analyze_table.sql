{#- Statistics of a table that was just built, so that the models behind it are planned on facts. -#}
{% macro analyze_table() -%}
    {%- if model.config.materialized == 'table' %}analyze {{ this }}{% endif -%}
{%- endmacro %}

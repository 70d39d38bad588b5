{#- Where a model goes: its zone, and what the target's name ends with.
    Seeds are always in `reference`. Models that are not published stay out of the zone that is read:
    outside a candidate they are built, empty, in `<zone>_build`. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set zone = custom_schema_name | trim if custom_schema_name else target.schema -%}
    {%- set suffix = target.name.split('_')[-1] -%}
    {%- if node.resource_type == 'seed' -%}
        {{ zone }}
    {%- elif suffix == 'candidate' -%}
        {{ zone }}_candidate
    {%- elif node.resource_type == 'model' and not node.config.meta.get('publish', true) -%}
        {{ zone }}_build
    {%- elif suffix == 'next' -%}
        {{ zone }}_next
    {%- else -%}
        {{ zone }}
    {%- endif -%}
{%- endmacro %}

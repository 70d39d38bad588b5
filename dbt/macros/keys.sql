{#- A uuid from the text of its parts, the same wherever and whenever it is made. -#}
{% macro content_uuid(parts) -%}
    md5(concat_ws('|'{% for part in parts %}, coalesce(({{ part }})::text, '-'){% endfor %}))::uuid
{%- endmacro %}

{#- A time as text that no session setting changes. -#}
{% macro utc_text(timestamp) -%}
    to_char({{ timestamp }} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
{%- endmacro %}

{#- One value of ops.parameters as text, null when it is not set. -#}
{% macro parameter(key) -%}
    (select max(parameters.value) from parameters where parameters.key = '{{ key }}')
{%- endmacro %}

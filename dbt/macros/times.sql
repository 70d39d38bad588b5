{#- An ISO time with its zone, or whole unix seconds, to timestamptz; anything else is null. -#}
{% macro clean_timestamp(text) -%}
    case
        when {{ text }} ~ '^[0-9]{9,10}$' then to_timestamp({{ text }}::bigint)
        when
            {{ text }} ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*(Z|[+-][0-9]{2}:?[0-9]{2})$'
            and pg_input_is_valid({{ text }}, 'timestamptz')
            then {{ text }}::timestamptz
    end
{%- endmacro %}

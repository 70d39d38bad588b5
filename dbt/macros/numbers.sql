{#- Text as a source wrote it, to a number or null.
    Blanks and no-break spaces go, `½` becomes .5, `pk` and `even` are given by the caller.
    Whatever is not wholly a number stays unread. Nearly all text is plain digits, read at once. -#}
{% macro clean_number(text) -%}
    case
        when {{ text }} ~ '^[+-]?[0-9]{1,9}$' then ({{ text }})::numeric
        when {{ stripped(text) }} ~ '^[+-]?([0-9]{1,9}(\.[0-9]{0,9})?|\.[0-9]{1,9})$'
            then {{ stripped(text) }}::numeric
    end
{%- endmacro %}

{% macro stripped(text) -%}
    translate(replace({{ text }}, '½', '.5'), E' \t\u00a0', '')
{%- endmacro %}

{#- A whole number within ±1,000,000, else null; larger ones are no price. -#}
{% macro whole_number(number) -%}
    case when {{ number }} = trunc({{ number }}) and abs({{ number }}) <= 1000000 then {{ number }}::integer end
{%- endmacro %}

{#- The same from text; nearly all text is plain digits, and only the rest is looked at closely. -#}
{% macro whole_number_of(text) -%}
    case
        when {{ text }} ~ '^[+-]?[0-9]{1,6}$' then {{ text }}::integer
        else {{ whole_number(clean_number(text)) }}
    end
{%- endmacro %}

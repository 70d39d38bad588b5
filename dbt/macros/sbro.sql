{#- What a cell of the SBRO archives says. -#}

{#- No line was offered: blank, `NL`, `x`, `-`. -#}
{% macro says_no_line(text) -%}
    (coalesce(upper({{ stripped(text) }}), '') in ('', 'NL', 'X', '-'))
{%- endmacro %}

{#- A spread or total: `pk` is a spread of none. -#}
{% macro sbro_number(text) -%}
    case
        when upper({{ stripped(text) }}) = 'PK' then 0
        else {{ clean_number(text) }}
    end
{%- endmacro %}

{#- An American price, null where it is none: under 100 in size it is some other number. -#}
{% macro american_price(text) -%}
    case
        when abs({{ clean_number(text) }}) >= 100 then {{ whole_number(clean_number(text)) }}
    end
{%- endmacro %}

{#- Sum of a row's periods (quarters or innings; an inning not batted counts nothing), null when a cell
    of them cannot be read or when there are none. -#}
{% macro sbro_period_sum(row) -%}
    (
        select
            case
                when
                    count(*) > 0
                    and bool_and(cells.value ~ '^[0-9]{1,3}$' or {{ says_no_line('cells.value') }})
                    then coalesce(sum(cells.value::integer) filter (where cells.value ~ '^[0-9]{1,3}$'), 0)::integer
            end
        from jsonb_each_text({{ row }}) as cells
        where cells.key in ('1st', '2nd', '3rd', '4th', '5th', '6th', '7th', '8th', '9th')
    )
{%- endmacro %}

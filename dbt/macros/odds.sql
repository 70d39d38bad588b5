{#- American to decimal, six decimals: +150 → 2.5, -110 → 1.909091; sizes under 100 are no price. -#}
{% macro american_to_decimal(american) -%}
    case
        when {{ american }} >= 100 then round(1 + {{ american }} / 100.0, 6)
        when {{ american }} <= -100 then round(1 + 100.0 / abs({{ american }}), 6)
    end
{%- endmacro %}

{#- Fractional, as text, to decimal: 10/11 → 1.909091, evens → 2; what is no such price is null. -#}
{% macro fractional_to_decimal(text) -%}
    case
        when {{ stripped(text) }} ~ '^[0-9]{1,6}/0*[1-9][0-9]{0,5}$'
            then
                round(
                    1 + split_part({{ stripped(text) }}, '/', 1)::numeric
                    / split_part({{ stripped(text) }}, '/', 2)::numeric, 6
                )
        when lower({{ stripped(text) }}) in ('evens', 'even', 'evs') then 2
    end
{%- endmacro %}

{#- Decimal to American, to the nearest whole number: 2.5 → 150, 1.91 → -110; 2 → 100. -#}
{% macro decimal_to_american(decimal) -%}
    case
        when {{ decimal }} >= 2 then round(least(({{ decimal }} - 1) * 100, 1000000))::integer
        when {{ decimal }} > 1 then round(greatest(-100 / ({{ decimal }} - 1), -1000000))::integer
    end
{%- endmacro %}

{#- Probability that a decimal price implies, margin included. -#}
{% macro implied_prob(decimal) -%}
    1 / nullif({{ decimal }}, 0)
{%- endmacro %}

{#- Probability without the margin, multiplicative: one side's implied probability over the sum of both. -#}
{% macro no_vig_prob(decimal, opposite_decimal) -%}
    {{ opposite_decimal }} / nullif({{ decimal }} + {{ opposite_decimal }}, 0)
{%- endmacro %}

{#- Profit in per cent of the stakes on both sides at these decimal prices; below 0 where it is a loss. -#}
{% macro arbitrage_pct(decimal, opposite_decimal) -%}
    100 * (1 / (1 / {{ decimal }} + 1 / {{ opposite_decimal }}) - 1)
{%- endmacro %}

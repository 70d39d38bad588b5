{#- What the rows of one pair (one line at one book and moment) know of each other, over the window `pair`
    of the relation `rows`: columns to compute beside the rows, and columns made from these. -#}
{% macro pair_sums(rows) -%}
    count(*) over pair as sides,
    count({{ rows }}.price_decimal) over pair as priced_sides,
    sum({{ implied_prob(rows ~ '.price_decimal') }}) over pair as pair_implied_prob,
    sum({{ rows }}.point) over pair - {{ rows }}.point as other_point,
    sum({{ rows }}.price_american) over pair - {{ rows }}.price_american as other_price_american
{%- endmacro %}

{% macro pair_columns() -%}
    sides::integer as sides,
    case when sides = 2 and priced_sides = 2 then pair_implied_prob end as overround,
    case when sides = 2 then other_point end as opposite_point,
    case when sides = 2 then other_price_american::integer end as opposite_price_american
{%- endmacro %}

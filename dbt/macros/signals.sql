{#- A parameter of a kind of signal, over the import CTE `signal_parameters`; the same for all leagues. -#}
{% macro signal_parameter(kind, parameter) -%}
    (
        select max(signal_parameters.value)
        from signal_parameters
        where signal_parameters.kind = '{{ kind }}' and signal_parameters.parameter = '{{ parameter }}'
    )
{%- endmacro %}

{#- The sharp books of the settings, one row each (`bookmaker`), over the import CTE `parameters`. -#}
{% macro sharp_books() -%}
    select trim(names.bookmaker) as bookmaker
    from regexp_split_to_table({{ parameter('sharp_bookmakers') }}, ',') as names (bookmaker)
{%- endmacro %}

{#- A window in minutes as an interval. -#}
{% macro signal_window(kind) -%}
    (
        select make_interval(mins => coalesce(max(signal_parameters.value)::integer, 0))
        from signal_parameters
        where signal_parameters.kind = '{{ kind }}' and signal_parameters.parameter = 'window_minutes'
    )
{%- endmacro %}

{#- The tier of a fetch by the time left until the start as then told; null once it has come. -#}
{% macro tier(at, commence_at) -%}
    case
        when {{ commence_at }} <= {{ at }} then null
        when {{ commence_at }} - {{ at }} < interval '3 hours' then 'closing'
        when {{ commence_at }} - {{ at }} < interval '12 hours' then 'pregame'
        when {{ commence_at }} - {{ at }} < interval '24 hours' then 'sharp'
        when {{ commence_at }} - {{ at }} < interval '72 hours' then 'early'
        when {{ commence_at }} is not null then 'opening'
    end
{%- endmacro %}

{#- Joins that find what half a point and a unit of a market and period are worth in a league, or where nothing is known
    of it, for `scale`; over the import CTE `market_scales`. -#}
{% macro scale_joins(lines, league) -%}
    inner join market_scales as scale_of_all
        on
            {{ lines }}.market = scale_of_all.market
            and {{ lines }}.period = scale_of_all.period
            and scale_of_all.league is null
    left join market_scales as scale_of_league
        on
            {{ lines }}.market = scale_of_league.market
            and {{ lines }}.period = scale_of_league.period
            and {{ league }} = scale_of_league.league
{%- endmacro %}

{#- `half_point_prob` or `unit_prob` of what `scale_joins` found. -#}
{% macro scale(column) -%}
    coalesce(scale_of_league.{{ column }}, scale_of_all.{{ column }})
{%- endmacro %}

{#- What a book holds of a market as one number, in units of probability: the fair chance of the home side or of the over,
    brought to a point of none by what half a point is worth. It moves alike where the price moves and where the
    point moves. -#}
{% macro market_value(market, prob, point, half_point_prob) -%}
    case {{ market }}
        when 'h2h' then {{ prob }}
        when 'spreads' then {{ prob }} - 2 * {{ point }} * {{ half_point_prob }}
        when 'totals' then {{ prob }} + 2 * {{ point }} * {{ half_point_prob }}
    end
{%- endmacro %}

{#- Of two moves the one that is less far; 0 where they go opposite ways. -#}
{% macro lesser_move(move, other_move) -%}
    case
        when sign({{ move }}) <> sign({{ other_move }}) then 0
        else sign({{ move }}) * least(abs({{ move }}), abs({{ other_move }}))
    end
{%- endmacro %}

{#- The side of a market that a move of its value favours. -#}
{% macro side_of_move(market, move) -%}
    case
        when {{ market }} = 'totals' then case when {{ move }} > 0 then 'over' else 'under' end
        when {{ move }} > 0 then 'home'
        else 'away'
    end
{%- endmacro %}

{#- Bounds of the Wilson score interval (95 %) of a share: `right_count` of `count`, null of none.
    Wilson, JASA 22 (1927): (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), z = 1.96. -#}
{% macro wilson_bound(right_count, count, sign) -%}
    case
        when {{ count }} > 0
            then (
                {{ right_count }}::numeric / {{ count }} + 1.9208 / {{ count }}
                {{ sign }} 1.96 * sqrt(
                    {{ right_count }}::numeric / {{ count }} * (1 - {{ right_count }}::numeric / {{ count }})
                    / {{ count }} + 0.9604 / ({{ count }}::numeric * {{ count }})
                )
            ) / (1 + 3.8416 / {{ count }})
    end
{%- endmacro %}

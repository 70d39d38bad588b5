{#- What the raw tables hold of events: over `events`, a relation with `source` and `source_event_id`. Each event is looked
    up by index (`offset 0`), whatever the statistics say. -#}
{% macro rows_of_events(raw, events='events') -%}
    select found.*
    from (
        select distinct
            {{ events }}.source,
            {{ events }}.source_event_id
        from {{ events }}
    ) as named
    cross join lateral (
        select {{ raw }}.*
        from {{ raw }}
        where {{ raw }}.source = named.source and {{ raw }}.source_event_id = named.source_event_id
        offset 0
    ) as found
{%- endmacro %}

{#- Joins of rows as a source wrote them to the seeds that say what its market and bookmaker are, imported as `markets` and
    `source_bookmakers`; `market` is the name of the market in full. -#}
{% macro named_by_seeds(rows, market) -%}
    inner join markets
        on
            {{ market }} = markets.source_market
            and {{ of_source('markets', rows ~ '.source') }}
    left join source_bookmakers
        on
            {{ rows }}.source = source_bookmakers.source
            and {{ rows }}.bookmaker = source_bookmakers.source_bookmaker
{%- endmacro %}

{#- A market after its period and a slash, where its source tells one apart. -#}
{% macro market_of_period(rows) -%}
    concat_ws('/', {{ rows }}.period, {{ rows }}.market)
{%- endmacro %}

{#- Which rank a source has for a fact of a league's games: `trust_joins`, over the import CTE `source_trust`, then
    `trust_rank`. A row with a league goes before one without; a source without a row comes last. -#}
{% macro trust_joins(fact, source, league) -%}
    left join source_trust as of_league
        on
            of_league.fact = '{{ fact }}'
            and {{ source }} = of_league.source
            and {{ league }} = of_league.league
    left join source_trust as of_all
        on
            of_all.fact = '{{ fact }}'
            and {{ source }} = of_all.source
            and of_all.league is null
{%- endmacro %}

{% macro trust_rank(last) -%}
    coalesce(of_league.rank, of_all.rank, {{ last }})
{%- endmacro %}

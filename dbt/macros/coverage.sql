{#- Snapshots in force that speak about lines of an event, over the import CTEs `payload_coverage` and `batches`: of the
    sport as a whole, and of the event alone. `events` is a relation with `source`, `sport_key` and `source_event_id`, and
    `condition` narrows `payload_coverage`; with `first` the earliest alone. Each kind has an index of its own by time, so
    that no search reads what speaks of other events. -#}
{% macro coverage_of(events, condition, first=false) -%}
    {%- set order = 'order by observed_at asc, batch_id asc limit 1' if first else '' -%}
    {%- for event in [
        'payload_coverage.source_event_id is null',
        'payload_coverage.source_event_id = ' ~ events ~ '.source_event_id'
    ] %}
        {{ 'union all' if not loop.first }}
        (
            select
                payload_coverage.payload_id,
                batches.batch_id,
                payload_coverage.observed_at,
                payload_coverage.markets,
                payload_coverage.bookmakers
            from payload_coverage
            inner join batches on payload_coverage.payload_id = batches.payload_id
            where
                payload_coverage.source = {{ events }}.source
                and payload_coverage.sport_key = {{ events }}.sport_key
                and {{ event }}
                and {{ condition }}
                and payload_coverage.markets is not null
                and batches.in_force
            {{ order or 'offset 0' }}
        )
    {%- endfor %}
    {{ order }}
{%- endmacro %}

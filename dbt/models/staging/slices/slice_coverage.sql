with payload_events as (
    select * from {{ ref('slice_payload_events') }}
),

lines as (
    select * from {{ ref('slice_lines') }}
),

-- both are named often; made as a whole they would hide their indexes
batches as not materialized (
    select * from {{ source('ops', 'batches') }}
),

payload_coverage as not materialized (
    select * from {{ source('raw_data', 'payload_coverage') }}
),

appearances as (
    select
        game_id,
        source,
        source_event_id,
        sport_key,
        min(observed_at) as first_seen_at,
        max(observed_at) as last_seen_at
    from payload_events
    where lines_from is not null and observed_at is not null
    group by game_id, source, source_event_id, sport_key
),

offered as (
    select distinct
        source,
        source_event_id,
        market,
        bookmaker
    from lines
    where observed_at is not null
),

-- every snapshot that speaks about the event from its first line to its last
while_seen as (
    select
        appearances.game_id,
        appearances.source,
        covering.*
    from appearances
    cross join lateral (
        {{ coverage_of(
            'appearances',
            'payload_coverage.observed_at between appearances.first_seen_at and appearances.last_seen_at'
        ) }}
    ) as covering
),

-- and the next one after that: it ends what still stood
just_after as (
    select
        appearances.game_id,
        appearances.source,
        appearances.source_event_id,
        covering.*
    from appearances
    cross join lateral (
        {{ coverage_of('appearances', 'payload_coverage.observed_at > appearances.last_seen_at', first=true) }}
    ) as covering
),

-- if that did not ask for the same book and market: the next one that did
still_open as (
    select
        appearances.*,
        offered.market,
        offered.bookmaker,
        just_after.observed_at as searched_to
    from appearances
    inner join offered
        on
            appearances.source = offered.source
            and appearances.source_event_id = offered.source_event_id
    inner join just_after
        on
            appearances.game_id = just_after.game_id
            and appearances.source = just_after.source
            and appearances.source_event_id = just_after.source_event_id
    where
        not (
            offered.market = any(just_after.markets)
            and (just_after.bookmakers is null or offered.bookmaker = any(just_after.bookmakers))
        )
),

after_last as (
    select
        still_open.game_id,
        still_open.source,
        covering.*
    from still_open
    cross join lateral (
        {{ coverage_of(
            'still_open',
            'payload_coverage.observed_at >= still_open.searched_to
                and still_open.market = any(payload_coverage.markets)
                and (
                    payload_coverage.bookmakers is null
                    or still_open.bookmaker = any(payload_coverage.bookmakers)
                )',
            first=true
        ) }}
    ) as covering
),

slice_coverage as (
    select * from while_seen
    union
    select
        game_id,
        source,
        payload_id,
        batch_id,
        observed_at,
        markets,
        bookmakers
    from just_after
    union
    select * from after_last
)

select
    game_id,
    source,
    payload_id,
    batch_id,
    observed_at,
    markets,
    bookmakers
from slice_coverage

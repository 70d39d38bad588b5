with touched_games as (
    select * from {{ source('curated_candidate', 'touched_games') }}
),

line_looks as (
    select * from {{ ref('line_looks') }}
),

lines as (
    select * from {{ ref('slice_curated_lines') }}
),

touched as (
    select look_rows.*
    from touched_games
    cross join lateral (
        select line_looks.*
        from line_looks
        where line_looks.game_id = touched_games.game_id
        offset 0
    ) as look_rows
),

precedences as (
    select
        game_id,
        source,
        bookmaker,
        market,
        period,
        min(precedence) as precedence
    from lines
    group by game_id, source, bookmaker, market, period
),

curated_line_looks as (
    select
        touched.game_id,
        touched.source,
        touched.bookmaker,
        touched.market,
        touched.period,
        touched.looked_at,
        precedences.precedence
    from touched
    left join precedences
        on
            touched.game_id = precedences.game_id
            and touched.source = precedences.source
            and touched.bookmaker = precedences.bookmaker
            and touched.market = precedences.market
            and touched.period = precedences.period
)

select * from curated_line_looks

with lines as (
    select * from {{ ref('slice_curated_lines') }}
),

line_moments as (
    select * from {{ ref('int_line_moments') }}
),

games as (
    select * from {{ ref('games') }}
),

start_times as (
    select * from {{ ref('start_times') }}
),

market_scales as (
    select * from {{ ref('market_scales') }}
),

key_numbers as (
    select * from {{ ref('key_numbers') }}
),

touched_games as (
    select * from {{ source('curated_candidate', 'touched_games') }}
),

leagues as (
    select
        touched_games.game_id,
        game_rows.league
    from touched_games
    cross join lateral (
        select games.league
        from games
        where games.game_id = touched_games.game_id
        offset 0
    ) as game_rows
),

-- the home side or the over tells for both; what moves on the other side alone is not counted
sides as (
    select
        lines.line_id,
        lines.batch_id,
        lines.game_id,
        leagues.league,
        lines.source,
        lines.bookmaker,
        lines.market,
        lines.period,
        lines.point,
        lines.price_american,
        lines.valid_from,
        lines.valid_to,
        lines.last_observed_at,
        line_moments.no_vig_prob,
        line_moments.is_primary_source,
        {{ scale('half_point_prob') }} as half_point_prob
    from lines
    inner join leagues on lines.game_id = leagues.game_id
    inner join line_moments on lines.line_id = line_moments.line_id
    {{ scale_joins('lines', 'leagues.league') }}
    where
        lines.side in ('home', 'over')
        and lines.is_valid
        and not lines.in_play
        and lines.valid_from is not null
),

valued as (
    select
        sides.*,
        round({{ market_value('market', 'no_vig_prob', 'point', 'half_point_prob') }}, 6) as value
    from sides
),

with_previous as (
    select
        valued.*,
        lag(line_id) over in_order as previous_line_id,
        lag(point) over in_order as from_point,
        lag(price_american) over in_order as from_price_american,
        lag(value) over in_order as from_value,
        lag(last_observed_at) over in_order as previous_observed_at
    from valued
    window in_order as (
        partition by game_id, source, bookmaker, market, period
        order by valid_from
    )
),

int_line_moves as (
    select
        with_previous.line_id,
        with_previous.batch_id,
        with_previous.game_id,
        with_previous.league,
        with_previous.source,
        with_previous.bookmaker,
        with_previous.market,
        with_previous.period,
        with_previous.is_primary_source,
        with_previous.valid_from as moved_at,
        with_previous.from_point,
        with_previous.point as to_point,
        with_previous.from_price_american,
        with_previous.price_american as to_price_american,
        (with_previous.point is distinct from with_previous.from_point) as is_point_move,
        with_previous.from_value,
        with_previous.value as to_value,
        with_previous.value - with_previous.from_value as value_change,
        with_previous.half_point_prob,
        extract(epoch from with_previous.valid_from - with_previous.previous_observed_at) as gap_seconds,
        {{ tier('with_previous.valid_from', 'starts.commence_at') }} as tier,
        (
            select count(*)
            from key_numbers
            where
                key_numbers.league = with_previous.league
                and key_numbers.market = with_previous.market
                -- they are counted on final scores
                and with_previous.period = 'full'
                -- onto the number or across it; a margin counts for either side
                and (
                    (
                        key_numbers.number between
                        least(with_previous.from_point, with_previous.point)
                        and greatest(with_previous.from_point, with_previous.point)
                        and key_numbers.number <> with_previous.from_point
                    )
                    or (
                        with_previous.market = 'spreads'
                        and -key_numbers.number between
                        least(with_previous.from_point, with_previous.point)
                        and greatest(with_previous.from_point, with_previous.point)
                        and -key_numbers.number <> with_previous.from_point
                    )
                )
        )::integer as key_numbers_crossed
    from with_previous
    left join lateral (
        select start_times.commence_at
        from start_times
        where
            start_times.game_id = with_previous.game_id
            and (start_times.told_from is null or start_times.told_from <= with_previous.valid_from)
            and (start_times.told_to is null or start_times.told_to > with_previous.valid_from)
        offset 0
    ) as starts on true
    where
        with_previous.previous_line_id is not null
        and (
            with_previous.point is distinct from with_previous.from_point
            or with_previous.price_american is distinct from with_previous.from_price_american
        )
)

select * from int_line_moves

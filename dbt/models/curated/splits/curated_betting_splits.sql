with touched_games as (
    select * from {{ source('curated_candidate', 'touched_games') }}
),

betting_splits as (
    select * from {{ ref('betting_splits') }}
),

games as (
    select * from {{ ref('games') }}
),

start_times as (
    select * from {{ ref('start_times') }}
),

touched_splits as (
    select split_rows.*
    from touched_games
    cross join lateral (
        select betting_splits.*
        from betting_splits
        where betting_splits.game_id = touched_games.game_id
        offset 0
    ) as split_rows
),

touched as (
    select game_rows.*
    from touched_games
    cross join lateral (
        select
            games.game_id,
            games.sport_key,
            games.game_date_et,
            games.status
        from games
        where games.game_id = touched_games.game_id
        offset 0
    ) as game_rows
),

judged as (
    select
        touched_splits.*,
        touched.sport_key,
        touched.game_date_et,
        touched.status,
        touched_splits.is_valid
        and coalesce(touched_splits.is_pre_game, true)
        and touched_splits.valid_from is not null as counts
    from touched_splits
    inner join touched on touched_splits.game_id = touched.game_id
),

-- who else told shares of this side when the row began: one teller is a source, or a book of it
told_together as (
    select
        judged.split_id,
        count(others.split_id)::integer as tellers,
        avg(others.tickets_pct) as mean_tickets_pct,
        avg(others.money_pct) as mean_money_pct,
        max(others.tickets_pct) - min(others.tickets_pct) as disagreement_tickets_pct,
        max(others.money_pct) - min(others.money_pct) as disagreement_money_pct
    from judged
    inner join judged as others
        on
            judged.game_id = others.game_id
            and judged.market = others.market
            and judged.period = others.period
            and judged.side = others.side
            and judged.valid_from >= others.valid_from
            and (others.valid_to is null or judged.valid_from < others.valid_to)
    where judged.counts and others.counts
    group by judged.split_id
),

placed as (
    select
        judged.*,
        starts.commence_at as told_commence_at,
        case
            when judged.counts
                then row_number() over (
                    partition by
                        judged.game_id, judged.source, judged.bookmaker, judged.market, judged.period, judged.side,
                        judged.counts
                    order by judged.valid_from asc
                )
        end as place,
        case
            when judged.counts
                then row_number() over (
                    partition by
                        judged.game_id, judged.source, judged.bookmaker, judged.market, judged.period, judged.side,
                        judged.counts
                    order by judged.valid_from desc
                )
        end as place_from_end
    from judged
    left join lateral (
        select start_times.commence_at
        from start_times
        where
            start_times.game_id = judged.game_id
            and (start_times.told_from is null or start_times.told_from <= judged.valid_from)
            and (start_times.told_to is null or start_times.told_to > judged.valid_from)
        offset 0
    ) as starts on true
),

curated_betting_splits as (
    select
        placed.split_id,
        placed.game_id,
        placed.sport_key,
        placed.game_date_et,
        placed.source,
        placed.bookmaker,
        placed.market,
        placed.period,
        placed.side,
        placed.point,
        placed.tickets_pct,
        placed.money_pct,
        placed.money_pct - placed.tickets_pct as gap_pct,
        placed.tickets,
        placed.money,
        told_together.tellers,
        round(told_together.mean_tickets_pct, 4) as mean_tickets_pct,
        round(told_together.mean_money_pct, 4) as mean_money_pct,
        told_together.disagreement_tickets_pct,
        told_together.disagreement_money_pct,
        placed.valid_from,
        placed.valid_to,
        placed.last_observed_at,
        placed.observations,
        placed.told_commence_at,
        {{ tier('placed.valid_from', 'placed.told_commence_at') }} as tier,
        placed.is_pre_game,
        coalesce(placed.place = 1, false) as is_opening,
        -- the last before the start, once the game is known to have begun
        coalesce(placed.place_from_end = 1 and placed.status in ('live', 'suspended', 'final'), false) as is_closing,
        placed.batch_id,
        placed.is_valid,
        placed.validation_notes,
        {{ row_quality('1', 'placed.is_valid', 'placed.validation_notes') }} as row_quality_score
    from placed
    left join told_together on placed.split_id = told_together.split_id
)

select * from curated_betting_splits

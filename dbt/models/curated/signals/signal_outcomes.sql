with touched_games as (
    select * from {{ source('curated_candidate', 'touched_games') }}
),

signals as (
    select * from {{ ref('sharp_action_signals') }}
),

games as (
    select * from {{ ref('games') }}
),

closing_lines as (
    select * from {{ ref('closing_lines') }}
),

market_scales as (
    select * from {{ ref('market_scales') }}
),

quality as (
    select * from {{ ref('data_quality_metrics') }}
),

touched_signals as (
    select signal_rows.*
    from touched_games
    cross join lateral (
        select signals.*
        from signals
        where signals.game_id = touched_games.game_id
        offset 0
    ) as signal_rows
),

results as (
    select
        game_rows.*,
        case when game_rows.status = 'final' and game_rows.is_valid then game_rows.home_score - game_rows.away_score end
            as result_margin,
        case when game_rows.status = 'final' and game_rows.is_valid then game_rows.home_score + game_rows.away_score end
            as result_total
    from touched_games
    cross join lateral (
        select games.*
        from games
        where games.game_id = touched_games.game_id
        offset 0
    ) as game_rows
),

touched as (
    select
        touched_signals.*,
        results.sport_key,
        results.league,
        results.season,
        results.game_date_et,
        results.home_team,
        results.away_team,
        results.result_margin,
        results.result_total,
        results.completed_at,
        {{ scale('half_point_prob') }} as half_point_prob
    from touched_signals
    inner join results on touched_signals.game_id = results.game_id
    {{ scale_joins('touched_signals', 'results.league') }}
),

scales as (
    select distinct
        game_id,
        market,
        period,
        half_point_prob
    from touched
),

-- where the books closed, as one number of the home side or the over
closings as (
    select
        closing_lines.game_id,
        closing_lines.market,
        closing_lines.period,
        percentile_disc(0.5) within group (order by closing_lines.point) as point,
        percentile_cont(0.5) within group (
            order by
                {{ market_value(
                    'closing_lines.market', 'closing_lines.no_vig_prob', 'closing_lines.point', 'scales.half_point_prob'
                ) }}
        )::numeric as value
    from closing_lines
    inner join scales
        on
            closing_lines.game_id = scales.game_id
            and closing_lines.market = scales.market
            and closing_lines.period = scales.period
    where
        closing_lines.side in ('home', 'over')
        and closing_lines.is_primary_source
        and closing_lines.no_vig_prob is not null
    group by closing_lines.game_id, closing_lines.market, closing_lines.period
),

batches as (
    select distinct batch_id from touched
),

scores as (
    select
        batches.batch_id,
        found.quality_score
    from batches
    cross join lateral (
        select min(quality.value) as quality_score
        from quality
        where
            quality.batch_id = batches.batch_id
            and quality.metric = 'quality_score'
        offset 0
    ) as found
),

valued as (
    select
        touched.*,
        closings.point as closing_first_point,
        closings.value as closing_value,
        scores.quality_score,
        case when touched.side in ('home', 'over') then 1 else -1 end as sign,
        {{ market_value(
            'touched.market',
            "case when touched.side in ('home', 'over') then touched.no_vig_prob else 1 - touched.no_vig_prob end",
            "case when touched.side = 'away' then -touched.point else touched.point end",
            'touched.half_point_prob'
        ) }} as value_then,
        -- by how much the side's bet at its point won; only of whole games, and an arbitrage bets on both sides
        case
            when touched.period <> 'full' or touched.kind = 'arbitrage' then null
            when touched.market = 'h2h'
                then case touched.side when 'home' then touched.result_margin else -touched.result_margin end
            when touched.side = 'home' then touched.result_margin + touched.point
            when touched.side = 'away' then touched.point - touched.result_margin
            when touched.side = 'over' then touched.result_total - touched.point
            when touched.side = 'under' then touched.point - touched.result_total
        end as won_by
    from touched
    left join closings
        on
            touched.game_id = closings.game_id
            and touched.market = closings.market
            and touched.period = closings.period
    left join scores on touched.batch_id = scores.batch_id
),

signal_outcomes as (
    select
        signal_id,
        game_id,
        sport_key,
        league,
        season,
        game_date_et,
        home_team,
        away_team,
        kind,
        market,
        period,
        side,
        bookmaker,
        other_bookmaker,
        detected_at,
        told_commence_at,
        tier,
        hours_before_start,
        point,
        no_vig_prob,
        move_prob,
        move_points,
        books,
        books_moved,
        tickets_pct,
        money_pct,
        profit_pct,
        price_age_seconds,
        gap_seconds,
        strength,
        confidence,
        quality_score,
        case when side = 'away' then -closing_first_point else closing_first_point end as closing_point,
        round(sign * (closing_value - value_then), 6) as closing_move_prob,
        case
            when won_by > 0 then 'won'
            when won_by < 0 then 'lost'
            when won_by = 0 then 'push'
        end as outcome,
        case when won_by is not null then completed_at end as decided_at,
        batch_id
    from valued
)

select * from signal_outcomes

with touched_games as (
    select * from {{ source('curated_candidate', 'touched_games') }}
),

betting_lines as (
    select * from {{ ref('betting_lines') }}
),

games as (
    select * from {{ ref('games') }}
),

quality as (
    select * from {{ ref('data_quality_metrics') }}
),

touched_lines as (
    select line_rows.*
    from touched_games
    cross join lateral (
        select betting_lines.*
        from betting_lines
        where betting_lines.game_id = touched_games.game_id
        offset 0
    ) as line_rows
),

touched as (
    select game_rows.*
    from touched_games
    cross join lateral (
        select games.*
        from games
        where games.game_id = touched_games.game_id
        offset 0
    ) as game_rows
),

batches as (
    select distinct batch_id from touched_lines
),

scores as (
    select
        batches.batch_id,
        found.quality_score
    from batches
    cross join lateral (
        select quality.value as quality_score
        from quality
        where
            quality.batch_id = batches.batch_id
            and quality.table_name = 'betting_lines'
            and quality.metric = 'quality_score'
        offset 0
    ) as found
),

slice_curated_lines as (
    select
        touched_lines.line_id,
        touched_lines.game_id,
        touched.sport_key,
        touched.season,
        touched.game_date_et,
        touched.commence_at,
        touched.home_team,
        touched.away_team,
        touched.is_valid as is_valid_game,
        touched_lines.source,
        touched_lines.bookmaker,
        touched_lines.market,
        touched_lines.period,
        touched_lines.side,
        touched_lines.label,
        touched_lines.point,
        touched_lines.price_american,
        touched_lines.price_decimal,
        {{ implied_prob('touched_lines.price_decimal') }} as implied_prob,
        touched_lines.valid_from,
        touched_lines.valid_to,
        touched_lines.first_observed_at,
        touched_lines.last_observed_at,
        touched_lines.told_commence_at,
        touched_lines.in_play,
        touched_lines.is_opening,
        touched_lines.is_closing,
        touched_lines.batch_id,
        scores.quality_score,
        touched_lines.is_valid,
        touched_lines.validation_notes,
        -- what the two sides of one line share
        case
            when touched_lines.market = 'spreads' and touched_lines.side = 'away' then -touched_lines.point
            else coalesce(touched_lines.point, 0)
        end as pair_point
    from touched_lines
    inner join touched on touched_lines.game_id = touched.game_id
    left join scores on touched_lines.batch_id = scores.batch_id
)

select * from slice_curated_lines

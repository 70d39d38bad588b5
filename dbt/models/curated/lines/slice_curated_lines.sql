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

bookmakers as (
    select * from {{ ref('bookmakers') }}
),

source_trust as (
    select * from {{ ref('source_trust') }}
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

-- several sources tell one book's line: of those that do at a moment the most trusted counts (the least
-- precedence), and never a figure that a source makes of several books
preceded as (
    select
        touched_lines.*,
        case
            when {{ is_book('bookmakers.role') }}
                then lpad({{ trust_rank(99999) }}::text, 5, '0') || touched_lines.source
        end as precedence
    from touched_lines
    left join bookmakers on touched_lines.bookmaker = bookmakers.key
    left join touched on touched_lines.game_id = touched.game_id
    {{ trust_joins('lines', 'touched_lines.source', 'touched.league') }}
),

slice_curated_lines as (
    select
        preceded.line_id,
        preceded.game_id,
        touched.sport_key,
        touched.season,
        touched.game_date_et,
        touched.commence_at,
        touched.home_team,
        touched.away_team,
        touched.is_valid as is_valid_game,
        touched.status as game_status,
        preceded.source,
        preceded.bookmaker,
        preceded.market,
        preceded.period,
        preceded.side,
        preceded.label,
        preceded.point,
        preceded.price_american,
        preceded.price_decimal,
        {{ implied_prob('preceded.price_decimal') }} as implied_prob,
        preceded.valid_from,
        preceded.valid_to,
        preceded.first_observed_at,
        preceded.last_observed_at,
        preceded.told_commence_at,
        preceded.in_play,
        preceded.is_opening,
        preceded.is_closing,
        preceded.batch_id,
        scores.quality_score,
        {{ row_quality('scores.quality_score', 'preceded.is_valid', 'preceded.validation_notes') }}
            as row_quality_score,
        preceded.is_valid,
        preceded.validation_notes,
        preceded.precedence,
        -- what the two sides of one line share
        case
            when preceded.market = 'spreads' and preceded.side = 'away' then -preceded.point
            else coalesce(preceded.point, 0)
        end as pair_point
    from preceded
    inner join touched on preceded.game_id = touched.game_id
    left join scores on preceded.batch_id = scores.batch_id
)

select * from slice_curated_lines

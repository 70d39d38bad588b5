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

-- several sources tell one book's line: the most trusted that has a valid one counts, and never a figure
-- that a source makes of several books
preceded as (
    select
        touched_lines.*,
        coalesce(bookmakers.role in ('consensus', 'open'), false) as is_no_book,
        lpad(coalesce(of_league.rank, of_all.rank, 99999)::text, 5, '0') || touched_lines.source as precedence
    from touched_lines
    left join bookmakers on touched_lines.bookmaker = bookmakers.key
    left join touched on touched_lines.game_id = touched.game_id
    left join source_trust as of_league
        on
            of_league.fact = 'lines'
            and touched_lines.source = of_league.source
            and touched.league = of_league.league
    left join source_trust as of_all
        on
            of_all.fact = 'lines'
            and touched_lines.source = of_all.source
            and of_all.league is null
),

chosen as (
    select
        preceded.*,
        not is_no_book
        and precedence = coalesce(
            min(precedence) filter (where is_valid) over one_book,
            min(precedence) over one_book
        ) as is_primary_source
    from preceded
    window one_book as (partition by game_id, bookmaker, market, period)
),

slice_curated_lines as (
    select
        chosen.line_id,
        chosen.game_id,
        touched.sport_key,
        touched.season,
        touched.game_date_et,
        touched.commence_at,
        touched.home_team,
        touched.away_team,
        touched.is_valid as is_valid_game,
        chosen.source,
        chosen.bookmaker,
        chosen.market,
        chosen.period,
        chosen.side,
        chosen.label,
        chosen.point,
        chosen.price_american,
        chosen.price_decimal,
        {{ implied_prob('chosen.price_decimal') }} as implied_prob,
        chosen.valid_from,
        chosen.valid_to,
        chosen.first_observed_at,
        chosen.last_observed_at,
        chosen.told_commence_at,
        chosen.in_play,
        chosen.is_opening,
        chosen.is_closing,
        chosen.batch_id,
        scores.quality_score,
        chosen.is_valid,
        chosen.validation_notes,
        chosen.is_primary_source,
        -- what the two sides of one line share
        case
            when chosen.market = 'spreads' and chosen.side = 'away' then -chosen.point
            else coalesce(chosen.point, 0)
        end as pair_point
    from chosen
    inner join touched on chosen.game_id = touched.game_id
    left join scores on chosen.batch_id = scores.batch_id
)

select * from slice_curated_lines

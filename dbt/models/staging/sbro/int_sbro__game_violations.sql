with games as (
    select * from {{ ref('stg_sbro__games') }}
),

lines as (
    select * from {{ ref('stg_sbro__lines') }}
),

neighbours as (
    select * from {{ ref('int_sbro__neighbours') }}
),

rules as (
    select * from {{ ref('validation_rules') }}
),

thresholds as (
    select
        max({{ rule_number('spread_out_of_line_with_series', 'minimum_points') }}) as minimum_series_points,
        max({{ rule_number('spread_out_of_line_with_series', 'maximum_days') }}) as maximum_series_days
    from rules
),

closing as (
    select
        payload_id,
        game_id,
        source_event_id,
        market,
        max(point) filter (where side = 'home') as home_point
    from lines
    where label = 'close' and period = 'full'
    group by payload_id, game_id, source_event_id, market
    having
        count(*) = 2
        and count(case when market = 'h2h' then price_american else point end) = 2
),

expected as (
    select
        games.*,
        wanted.market
    from games
    inner join
        (values ('nba', 'h2h'), ('nba', 'spreads'), ('nba', 'totals'), ('mlb', 'h2h'), ('mlb', 'totals'))
            as wanted (league, market)
        on games.league = wanted.league
),

closing_line_missing as (
    select
        expected.game_id,
        expected.batch_id,
        expected.source_event_id,
        'closing_line_missing' as rule,
        string_agg(expected.market, ', ' order by expected.market) as detail
    from expected
    left join closing
        on
            expected.payload_id = closing.payload_id
            and expected.source_event_id = closing.source_event_id
            and expected.market = closing.market
    where closing.market is null
    group by expected.game_id, expected.batch_id, expected.source_event_id
),

of_the_game_alone as (
    select
        games.game_id,
        games.batch_id,
        games.source_event_id,
        found.rule,
        found.detail
    from games
    cross join
        lateral (
            values
            (
                games.away_score is null or games.home_score is null,
                'final_missing',
                'finals '
                || coalesce(games.away_score_raw, 'blank')
                || ' and '
                || coalesce(games.home_score_raw, 'blank')
            ),
            (
                games.league = 'mlb' and games.away_score = games.home_score,
                'tied_suspended',
                games.away_score || ' to ' || games.home_score
            ),
            (
            -- overtime is in the final alone: then the periods are level, and the final is above them
                (games.away_period_sum <> games.away_score or games.home_period_sum <> games.home_score)
                and not (
                    games.away_period_sum = games.home_period_sum
                    and games.away_score >= games.away_period_sum
                    and games.home_score >= games.home_period_sum
                ),
                'period_scores_disagree',
                'periods ' || games.away_period_sum || ' and ' || games.home_period_sum
                || ', finals ' || games.away_score || ' and ' || games.home_score
            ),
            (
                games.away_date_raw <> games.home_date_raw,
                'row_dates_differ',
                'dates ' || games.away_date_raw || ' and ' || games.home_date_raw
            ),
            (
                games.league = 'nba'
                and extract(month from games.game_date_et) = 12
                and extract(day from games.game_date_et) = 24,
                'dark_day',
                'filed on ' || games.game_date_et
            ),
            (games.is_neutral_site, 'neutral_site_flag', 'flagged N')
        ) as found (is_broken, rule, detail)
    where found.is_broken
),

beside_neighbours as (
    select
        games.game_id,
        games.batch_id,
        games.source_event_id,
        found.rule,
        min(found.detail) as detail
    from neighbours
    cross join thresholds
    inner join games
        on
            neighbours.payload_id = games.payload_id
            and neighbours.source_event_id = games.source_event_id
    left join closing
        on
            neighbours.payload_id = closing.payload_id
            and neighbours.source_event_id = closing.source_event_id
            and closing.market = 'spreads'
    cross join
        lateral (
            values
            (
                games.league = 'nba' and neighbours.shared = 'matchup' and abs(neighbours.days_later) = 1,
                'matchup_on_consecutive_days',
                'also on ' || neighbours.neighbour_date_et
            ),
            (
                neighbours.shared = 'team',
                'team_twice_on_date',
                'also in ' || neighbours.neighbour_event_id
            ),
            (
                games.league = 'mlb' and neighbours.days_later = 0,
                'doubleheader_unnumbered',
                'also ' || neighbours.neighbour_event_id
            ),
            (
                neighbours.shared = 'matchup'
                and abs(neighbours.days_later) <= thresholds.maximum_series_days
                and abs(closing.home_point - neighbours.neighbour_home_spread) >= thresholds.minimum_series_points,
                'spread_out_of_line_with_series',
                'home ' || closing.home_point || ', on ' || neighbours.neighbour_date_et || ' '
                || neighbours.neighbour_home_spread
            )
        ) as found (is_broken, rule, detail)
    where found.is_broken
    group by games.game_id, games.batch_id, games.source_event_id, found.rule
),

found as (
    select * from closing_line_missing
    union all
    select * from of_the_game_alone
    union all
    select * from beside_neighbours
),

int_sbro__game_violations as (
    select
        game_id,
        batch_id,
        source_event_id,
        rule,
        detail
    from found
)

select * from int_sbro__game_violations

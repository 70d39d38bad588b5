with lines as (
    select * from {{ ref('slice_curated_lines') }}
),

line_moments as (
    select * from {{ ref('int_line_moments') }}
),

moves as (
    select * from {{ ref('int_line_moves') }}
),

follows as (
    select * from {{ ref('int_line_follows') }}
),

closing_lines as (
    select * from {{ ref('closing_lines') }}
),

-- the home side or the over, before the start; an archive tells its ends by labels alone
sides as (
    select
        lines.*,
        line_moments.no_vig_prob,
        row_number() over (
            partition by lines.game_id, lines.source, lines.bookmaker, lines.market, lines.period
            order by lines.valid_from asc nulls first, lines.is_closing asc
        ) as place
    from lines
    left join line_moments on lines.line_id = line_moments.line_id
    where
        lines.side in ('home', 'over')
        and lines.is_valid
        and not lines.in_play
),

extents as (
    select
        game_id,
        min(sport_key) as sport_key,
        min(season) as season,
        min(game_date_et) as game_date_et,
        source,
        bookmaker,
        market,
        period,
        min(precedence) as precedence,
        count(*)::integer as lines,
        min(valid_from) as first_observed_at,
        max(last_observed_at) as last_observed_at,
        max(case when is_opening then point end) as opening_point,
        max(case when is_opening then price_american end) as opening_price_american,
        max(case when is_opening then no_vig_prob end) as opening_prob,
        max(case when is_closing then point end) as closing_point,
        max(case when is_closing then price_american end) as closing_price_american,
        min(point) as lowest_point,
        max(point) as highest_point,
        min(no_vig_prob) as lowest_prob,
        max(no_vig_prob) as highest_prob,
        (array_agg(batch_id order by place desc))[1] as batch_id,
        round(avg(row_quality_score), 6) as row_quality_score
    from sides
    group by game_id, source, bookmaker, market, period
),

-- one source tells for a book, so that a sum counts no book twice; a figure made of several books never does
preferred as (
    select
        extents.*,
        coalesce(
            precedence = min(precedence) over (partition by game_id, bookmaker, market, period), false
        ) as is_primary_source
    from extents
),

-- how far it has come from anywhere that it was within the hour, and stood when that began
in_hours as (
    select
        moves.*,
        greatest(
            moves.to_value - min(moves.from_value) over of_the_hour,
            max(moves.from_value) over of_the_hour - moves.to_value
        ) as change_of_the_hour
    from moves
    window of_the_hour as (
        partition by moves.game_id, moves.source, moves.bookmaker, moves.market, moves.period
        order by moves.moved_at
        range between interval '1 hour' preceding and current row
    )
),

followed as (
    select
        line_id,
        count(*) as leaders,
        extract(epoch from moved_at - min(leader_moved_at)) as lag_seconds
    from follows
    group by line_id, moved_at
),

led as (
    select
        leader_line_id as line_id,
        count(distinct follower) as followers
    from follows
    group by leader_line_id
),

moved as (
    select
        in_hours.game_id,
        in_hours.source,
        in_hours.bookmaker,
        in_hours.market,
        in_hours.period,
        count(*)::integer as moves,
        count(*) filter (where in_hours.is_point_move)::integer as point_moves,
        count(*) filter (where not in_hours.is_point_move)::integer as price_only_moves,
        count(*) filter (where in_hours.tier = 'opening')::integer as moves_opening,
        count(*) filter (where in_hours.tier = 'early')::integer as moves_early,
        count(*) filter (where in_hours.tier = 'sharp')::integer as moves_sharp,
        count(*) filter (where in_hours.tier = 'pregame')::integer as moves_pregame,
        count(*) filter (where in_hours.tier = 'closing')::integer as moves_closing,
        min(in_hours.moved_at) as first_moved_at,
        max(in_hours.moved_at) as last_moved_at,
        sum(abs(in_hours.to_point - in_hours.from_point)) as path_points,
        max(abs(in_hours.to_point - in_hours.from_point)) as largest_move_points,
        sum(abs(in_hours.value_change)) as path_prob,
        max(abs(in_hours.value_change)) as largest_move_prob,
        max(in_hours.change_of_the_hour) as fastest_hour_prob,
        sum(abs(in_hours.value_change)) filter (where not in_hours.is_point_move) as price_only_path_prob,
        sum(in_hours.key_numbers_crossed)::integer as key_number_crossings,
        max(in_hours.half_point_prob) as half_point_prob,
        count(*) filter (where followed.leaders is null and led.followers is not null)::integer as moves_first,
        count(*) filter (where followed.leaders is not null)::integer as moves_behind,
        avg(followed.lag_seconds) as mean_lag_seconds,
        avg(in_hours.gap_seconds) as mean_gap_seconds
    from in_hours
    left join followed on in_hours.line_id = followed.line_id
    left join led on in_hours.line_id = led.line_id
    group by in_hours.game_id, in_hours.source, in_hours.bookmaker, in_hours.market, in_hours.period
),

movement_analysis as (
    select
        extents.game_id,
        extents.sport_key,
        extents.season,
        extents.game_date_et,
        extents.source,
        extents.bookmaker,
        extents.market,
        extents.period,
        extents.is_primary_source,
        extents.first_observed_at,
        extents.last_observed_at,
        extents.opening_point,
        extents.opening_price_american,
        extents.opening_prob,
        extents.closing_point,
        extents.closing_price_american,
        closing_lines.no_vig_prob as closing_prob,
        extents.lowest_point,
        extents.highest_point,
        extents.lowest_prob,
        extents.highest_prob,
        extents.closing_point - extents.opening_point as net_points,
        closing_lines.no_vig_prob - extents.opening_prob as net_prob,
        extents.lines,
        coalesce(moved.moves, 0) as moves,
        coalesce(moved.point_moves, 0) as point_moves,
        coalesce(moved.price_only_moves, 0) as price_only_moves,
        coalesce(moved.moves_opening, 0) as moves_opening,
        coalesce(moved.moves_early, 0) as moves_early,
        coalesce(moved.moves_sharp, 0) as moves_sharp,
        coalesce(moved.moves_pregame, 0) as moves_pregame,
        coalesce(moved.moves_closing, 0) as moves_closing,
        moved.first_moved_at,
        moved.last_moved_at,
        moved.path_points,
        moved.largest_move_points,
        moved.path_prob,
        moved.largest_move_prob,
        moved.fastest_hour_prob,
        coalesce(moved.key_number_crossings, 0) as key_number_crossings,
        moved.half_point_prob,
        -- from -110, which is 11/21
        round(
            100 * (11.0 / 21 + moved.half_point_prob) / (10.0 / 21 - moved.half_point_prob) - 110, 1
        ) as half_point_cents,
        round(moved.price_only_path_prob / moved.half_point_prob, 4) as price_only_half_points,
        coalesce(moved.moves_first, 0) as moves_first,
        coalesce(moved.moves_behind, 0) as moves_behind,
        round(moved.mean_lag_seconds, 3) as mean_lag_seconds,
        round(moved.mean_gap_seconds, 3) as mean_gap_seconds,
        extents.batch_id,
        extents.row_quality_score
    from preferred as extents
    left join closing_lines
        on
            extents.game_id = closing_lines.game_id
            and extents.source = closing_lines.source
            and extents.bookmaker = closing_lines.bookmaker
            and extents.market = closing_lines.market
            and extents.period = closing_lines.period
            and closing_lines.side in ('home', 'over')
    left join moved
        on
            extents.game_id = moved.game_id
            and extents.source = moved.source
            and extents.bookmaker = moved.bookmaker
            and extents.market = moved.market
            and extents.period = moved.period
)

select * from movement_analysis

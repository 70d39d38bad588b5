create function curated.line_history(game uuid, book text, market text)
returns table (
    source text,
    period text,
    side text,
    label text,
    point numeric,
    price_american integer,
    price_decimal numeric,
    implied_prob numeric,
    valid_from timestamptz,
    valid_to timestamptz,
    last_observed_at timestamptz,
    point_change numeric,
    price_change_prob numeric,
    in_play boolean,
    is_opening boolean,
    is_closing boolean,
    is_valid boolean,
    line_id uuid
)
language sql stable parallel safe rows 50
as $$
    select
        lines.source,
        lines.period,
        lines.side,
        case
            when lines.valid_from is not null then null
            when lines.is_opening then 'open'
            when lines.is_closing then 'close'
        end as label,
        lines.point,
        lines.price_american,
        lines.price_decimal,
        lines.implied_prob,
        lines.valid_from,
        lines.valid_to,
        lines.last_observed_at,
        case when lines.is_valid then lines.point - lag(lines.point) over in_order end as point_change,
        case when lines.is_valid then lines.implied_prob - lag(lines.implied_prob) over in_order end
            as price_change_prob,
        lines.in_play,
        lines.is_opening,
        lines.is_closing,
        lines.is_valid,
        lines.line_id
    from curated.betting_lines_enhanced as lines
    where
        lines.game_id = line_history.game
        and lines.bookmaker = line_history.book
        and lines.market = line_history.market
    window
        in_order as (
            partition by lines.source, lines.period, lines.side, lines.is_valid, lines.in_play
            order by lines.valid_from is null and lines.is_closing asc, lines.valid_from asc nulls first
        )
    order by
        lines.period asc, lines.source asc, lines.side asc, lines.valid_from is null and lines.is_closing asc,
        lines.valid_from asc nulls first
$$;

comment on function curated.line_history is
'One row per line of a game at one bookmaker in one market, in the order of time within period, source and side,
 with the change of point and of implied probability since the valid line before it, before the game and in play each;
 none for an invalid one. An opening without a time comes first, a close without one last.';

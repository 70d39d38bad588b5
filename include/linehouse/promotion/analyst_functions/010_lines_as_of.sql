create function curated.lines_as_of(game uuid, at timestamptz, tolerance interval default null)
returns table (
    line_id uuid,
    game_id uuid,
    source text,
    bookmaker text,
    market text,
    period text,
    side text,
    point numeric,
    pair_point numeric,
    price_american integer,
    price_decimal numeric,
    implied_prob numeric,
    no_vig_prob numeric,
    overround numeric,
    valid_from timestamptz,
    seen_at timestamptz,
    age_seconds numeric,
    in_play boolean,
    is_primary_source boolean,
    is_valid boolean,
    validation_notes text[],
    batch_id uuid
)
language sql stable parallel safe rows 100
as $$
    with standing as (
        select
            lines.*,
            looks.precedence,
            looks.seen_at,
            case
                when lines.market = 'spreads' and lines.side = 'away' then -lines.point
                else coalesce(lines.point, 0)
            end as pair_point,
            case when lines.is_valid then lines.implied_prob end as valid_prob
        from curated.betting_lines_enhanced as lines
        inner join (
            select
                line_looks.*,
                (
                    select max(moments.seen_at)
                    from unnest(line_looks.looked_at) as moments (seen_at)
                    where moments.seen_at <= lines_as_of.at
                ) as seen_at
            from curated.line_looks
            where line_looks.game_id = lines_as_of.game
            offset 0
        ) as looks
            on
                lines.source = looks.source
                and lines.bookmaker = looks.bookmaker
                and lines.market = looks.market
                and lines.period = looks.period
        where
            lines.game_id = lines_as_of.game
            and lines.valid_from <= lines_as_of.at
            and (lines.valid_to > lines_as_of.at or lines.valid_to is null)
            and (lines_as_of.tolerance is null or looks.seen_at >= lines_as_of.at - lines_as_of.tolerance)
    ),

    paired as (
        select
            standing.*,
            case when count(standing.valid_prob) over pair = 2 then sum(standing.valid_prob) over pair end
                as pair_prob,
            min(standing.precedence) filter (where standing.is_valid) over one_book as least_precedence
        from standing
        window
            pair as (
                partition by
                    standing.source, standing.bookmaker, standing.market, standing.period, standing.pair_point
            ),
            one_book as (
                partition by standing.bookmaker, standing.market, standing.period, standing.in_play
            )
    )

    select
        paired.line_id,
        paired.game_id,
        paired.source,
        paired.bookmaker,
        paired.market,
        paired.period,
        paired.side,
        paired.point,
        paired.pair_point,
        paired.price_american,
        paired.price_decimal,
        paired.implied_prob,
        round(paired.valid_prob / paired.pair_prob, 6) as no_vig_prob,
        case when paired.is_valid then round(paired.pair_prob, 6) end as overround,
        paired.valid_from,
        paired.seen_at,
        extract(epoch from lines_as_of.at - paired.seen_at) as age_seconds,
        paired.in_play,
        coalesce(paired.is_valid and paired.precedence = paired.least_precedence, false) as is_primary_source,
        paired.is_valid,
        -- that another source disagrees, or that the line was told twice, can be learnt later than the line
        array_remove(array_remove(paired.validation_notes, 'sources_disagree'), 'duplicate_observation')
            as validation_notes,
        paired.batch_id
    from paired
$$;

comment on function curated.lines_as_of is
'One row per line that stood at a moment, as it was known then: nothing that was seen later changes it.
 With a tolerance only lines that were seen no longer before. `seen_at` is the last look at the market until then,
 `is_primary_source` the rows that count where several sources tell one book, before the game and in play each.
 `sources_disagree` and `duplicate_observation`, warnings that a later look can give, are not among the notes.';

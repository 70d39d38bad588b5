with splits as (
    select * from {{ ref('curated_betting_splits') }}
),

touched_games as (
    select * from {{ source('curated_candidate', 'touched_games') }}
),

start_times as (
    select * from {{ ref('start_times') }}
),

tiers (tier, hours) as (
    values
    ('early', 72),
    ('sharp', 24),
    ('pregame', 12),
    ('closing', 3)
),

starts as (
    select told.*
    from touched_games
    cross join lateral (
        select start_times.*
        from start_times
        where start_times.game_id = touched_games.game_id
        offset 0
    ) as told
),

-- when a game came into a tier by the start as it was told then; a start that is put off can bring it there again
entries as (
    select
        starts.game_id,
        tiers.tier,
        min(starts.commence_at - make_interval(hours => tiers.hours)) as entered_at
    from starts
    cross join tiers
    where
        (starts.told_from is null or starts.commence_at - make_interval(hours => tiers.hours) >= starts.told_from)
        and (starts.told_to is null or starts.commence_at - make_interval(hours => tiers.hours) < starts.told_to)
    group by starts.game_id, tiers.tier
),

usable as (
    select *
    from splits
    where is_valid and coalesce(is_pre_game, true) and valid_from is not null
),

states as (
    select
        usable.*,
        'open' as state,
        usable.valid_from as state_at
    from usable
    where usable.is_opening
    union all
    select
        usable.*,
        entries.tier as state,
        entries.entered_at as state_at
    from usable
    inner join entries
        on
            usable.game_id = entries.game_id
            and usable.valid_from <= entries.entered_at
            and (usable.valid_to is null or usable.valid_to > entries.entered_at)
    where usable.valid_to is not null or usable.last_observed_at >= entries.entered_at
    union all
    select
        usable.*,
        'close' as state,
        usable.last_observed_at as state_at
    from usable
    where usable.is_closing
),

split_states as (
    select
        {{ content_uuid(['game_id', 'source', 'bookmaker', 'market', 'period', 'side', 'state']) }} as split_state_id,
        game_id,
        sport_key,
        game_date_et,
        source,
        bookmaker,
        market,
        period,
        side,
        state,
        state_at,
        tickets_pct,
        money_pct,
        gap_pct,
        tickets_pct - max(case when state = 'open' then tickets_pct end) over of_side as tickets_change_pct,
        money_pct - max(case when state = 'open' then money_pct end) over of_side as money_change_pct,
        split_id,
        batch_id,
        row_quality_score
    from states
    window of_side as (partition by game_id, source, bookmaker, market, period, side)
)

select * from split_states

with betting_splits as (
    select * from {{ ref('betting_splits') }}
),

-- the home side's or the over's shares; the other side has the rest
shares as (
    select
        split_id,
        batch_id,
        game_id,
        market,
        period,
        tickets_pct,
        money_pct,
        valid_from,
        valid_to
    from betting_splits
    where
        is_valid
        and coalesce(is_pre_game, true)
        and side in ('home', 'over')
        and valid_from is not null
        and coalesce(tickets_pct, money_pct) is not null
),

changes as (
    select
        game_id,
        market,
        period,
        valid_from as changed_at
    from shares
    union
    select
        game_id,
        market,
        period,
        valid_to as changed_at
    from shares
    where valid_to is not null
),

int_public_moments as (
    select
        changes.game_id,
        changes.market,
        changes.period,
        changes.changed_at as moment_at,
        count(shares.split_id)::integer as tellers,
        avg(shares.tickets_pct) as tickets_pct,
        avg(shares.money_pct) as money_pct,
        max(shares.tickets_pct) - min(shares.tickets_pct) as tickets_spread_pct,
        -- money is compared with the tickets of the same teller alone
        count(shares.money_pct - shares.tickets_pct)::integer as tellers_of_both,
        avg(shares.tickets_pct) filter (where shares.money_pct is not null) as both_tickets_pct,
        avg(shares.money_pct) filter (where shares.tickets_pct is not null) as both_money_pct,
        count(*) filter (where shares.money_pct > shares.tickets_pct)::integer as tellers_money_up,
        count(*) filter (where shares.money_pct < shares.tickets_pct)::integer as tellers_money_down,
        count(*) filter (where shares.tickets_pct < 50 and shares.money_pct > 50)::integer as tellers_against_up,
        count(*) filter (where shares.tickets_pct > 50 and shares.money_pct < 50)::integer as tellers_against_down,
        (array_agg(shares.batch_id order by shares.valid_from desc, shares.batch_id asc))[1] as batch_id
    from changes
    left join shares
        on
            changes.game_id = shares.game_id
            and changes.market = shares.market
            and changes.period = shares.period
            and changes.changed_at >= shares.valid_from
            and (shares.valid_to is null or changes.changed_at < shares.valid_to)
    group by changes.game_id, changes.market, changes.period, changes.changed_at
)

select
    game_id,
    market,
    period,
    moment_at,
    tellers,
    round(tickets_pct, 4) as tickets_pct,
    round(money_pct, 4) as money_pct,
    tickets_spread_pct,
    tellers_of_both,
    round(both_tickets_pct, 4) as both_tickets_pct,
    round(both_money_pct, 4) as both_money_pct,
    tellers_money_up,
    tellers_money_down,
    tellers_against_up,
    tellers_against_down,
    batch_id
from int_public_moments

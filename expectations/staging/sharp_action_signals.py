"""staging.sharp_action_signals: one row per signal at the moment when it was first there."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "sharp_action_signals"
SINCE = "2026-11-20"

KINDS = (
    "steam",
    "consensus_shift",
    "reverse_line_movement",
    "sharp_money",
    "public_against_money",
    "stale_price",
    "arbitrage",
)
MAXIMUM_PER_MARKET = 120
"""Since 2026-11-20: eight books looked at every five minutes for a day give 20 in a market that is
full of news; more is a book that flickers."""


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    return ExpectationSuite(
        name="staging.sharp_action_signals",
        expectations=[
            no_rows(
                "kinds and sides are those that are declared",
                "select game_id, kind, market, side from {batch}"
                f" where kind not in ({kinds})"
                " or (market = 'totals') <> (side in ('over', 'under'))"
                " or side not in ('home', 'away', 'over', 'under')",
                since=SINCE,
                reason="a signal without a side says nothing",
            ),
            no_rows(
                "strength, confidence and probability lie between 0 and 1",
                "select game_id, kind, market, detected_at, strength, confidence, no_vig_prob"
                " from {batch} where strength is null or strength not between 0.4999 and 1"
                " or confidence is null or confidence not between 0 and 1"
                " or no_vig_prob is null or no_vig_prob not between 0 and 1",
                since=SINCE,
                reason="at the least size that counts the strength is a half",
            ),
            no_rows(
                "no signal is dated before its market was first seen",
                f"""
                with signals as (select * from {{batch}}),
                seen as (
                    select game_id, min(valid_from) as first_seen_at
                    from {candidate}.betting_lines group by game_id
                )
                select game_id, kind, market, detected_at, first_seen_at
                from signals inner join seen using (game_id)
                where detected_at < first_seen_at
                """,
                since=SINCE,
                reason="what was not yet seen cannot have been known",
            ),
            no_rows(
                "reverse line movements go against most tickets",
                "select game_id, market, side, detected_at, tickets_pct from {batch}"
                " where kind = 'reverse_line_movement' and not tickets_pct < 50",
                since=SINCE,
                reason="that is what they are",
            ),
            no_rows(
                "an arbitrage names two books and a profit, a stale price its book, both an age",
                "select game_id, kind, market, detected_at, bookmaker, other_bookmaker from {batch}"
                " where (kind = 'arbitrage') <> (other_bookmaker is not null)"
                " or (kind = 'arbitrage') <> (profit_pct is not null)"
                " or (kind in ('arbitrage', 'stale_price')) <> (bookmaker is not null)"
                " or (kind in ('arbitrage', 'stale_price')) <> (price_age_seconds is not null)",
                since=SINCE,
                reason="nobody can act on a signal that does not say where",
            ),
            no_rows(
                f"no market has more than {MAXIMUM_PER_MARKET} signals of a kind",
                "select game_id, kind, market, period, count(*) as signals from {batch}"
                " group by game_id, kind, market, period"
                f" having count(*) > {MAXIMUM_PER_MARKET}",
                severity="warning",
                since=SINCE,
                reason="an alarm that always rings is none",
            ),
        ],
    )

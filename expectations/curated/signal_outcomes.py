"""curated.signal_outcomes: every signal of staging, with what came of it."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "signal_outcomes"
SINCE = "2026-11-20"


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="curated.signal_outcomes",
        expectations=[
            no_rows(
                "no signal of staging is lost or doubled",
                f"""
                with signals as (
                    select game_id, count(*) as signals from {{batch}} group by game_id
                ),
                staged as (
                    select t.game_id, s.signals
                    from {candidate}.touched_games as t
                    cross join lateral (
                        select count(*) as signals from staging.sharp_action_signals as l
                        where l.game_id = t.game_id offset 0
                    ) as s
                    where s.signals > 0
                )
                select game_id, staged.signals as in_staging, signals.signals as here
                from staged full join signals using (game_id)
                where staged.signals is distinct from signals.signals
                """,
                since=SINCE,
                reason="counts reconcile between zones",
            ),
            no_rows(
                "nothing is decided before it was signalled",
                "select game_id, kind, market, detected_at, decided_at, outcome from {batch}"
                " where decided_at <= detected_at or (decided_at is not null and outcome is null)",
                since=SINCE,
                reason="a track record of what was known already would flatter",
            ),
        ],
    )

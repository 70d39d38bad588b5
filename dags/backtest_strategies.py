"""Strategies tried on past seasons, each season a task of its own."""

from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import Param, dag, get_current_context, task

from linehouse.orchestration import dag_runs, run_parameters
from linehouse.settings import Mode, get_settings

day = {"type": ["null", "string"], "format": "date"}
AFTER_THE_NIGHT = "30 14 * * *"
"""Nine in the morning (US Eastern) is past, in summer and in winter."""


@dag(
    schedule=AFTER_THE_NIGHT if get_settings().mode is Mode.LIVE else None,
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "linehouse", "retries": 2, "retry_delay": timedelta(seconds=10)},
    params={
        "mode": run_parameters.mode(),
        "strategies": Param(
            ["flat", "positive_ev"],
            title="Strategies",
            type="array",
            items={"type": "string"},
            examples=run_parameters.strategies(),
            description="Each is tried on its own in every season.",
        ),
        "parameters": Param(
            {},
            title="Parameters",
            type="object",
            description_md="By strategy, as `linehouse backtest list-strategies` names them:"
            ' `{"flat": {"side": "underdog", "bookmaker": "best"}}`.',
        ),
        "sport": Param(
            None,
            title="Sport",
            type=["null", "string"],
            examples=list(get_settings().sports),
            description="Key of The Odds API, such as basketball_nba; all sports when left empty.",
        ),
        "seasons": Param(
            None,
            title="Seasons",
            type=["null", "array"],
            items={"type": "string"},
            description="Labels such as 2016-17 or 2017; all that there are when left empty.",
        ),
        "from": Param(
            None, **day, title="First day", description="US Eastern, instead of seasons."
        ),
        "to": Param(None, **day, title="Last day", description="US Eastern, included."),
        "learn_from": Param(
            None,
            **day,
            title="Learn from",
            description="First day that teaches a strategy that learns (`model`), before the days"
            " of its bets; all that there are when left empty.",
        ),
        "price": Param(
            "1",
            title="Decision",
            type="string",
            examples=["1", "0.5", "3", "12", "open", "close"],
            description="When games are decided: open, close, or hours before the start.",
        ),
        "sizing": Param(
            None,
            title="Stakes",
            type=["null", "string"],
            enum=[None, "flat", "percentage", "kelly"],
            values_display={
                run_parameters.NOTHING: "Kelly where probabilities are stated, flat where not"
            },
            description="Kelly needs stated probabilities: the strategy must have some.",
        ),
        "size": Param(
            None,
            title="Size",
            type=["null", "number"],
            description="Units of a flat stake, share of the bankroll, fraction of Kelly; left"
            " empty: a hundredth of the bankroll, 0.02, 0.25.",
        ),
        "minimum_stake": Param(
            0.0,
            title="Least stake",
            type="number",
            minimum=0,
            description="In units of money; a bet that would get less is not placed.",
        ),
        "maximum_stake": Param(
            None,
            title="Largest stake",
            type=["null", "number"],
            description="In units of money; stakes are cut to it. Left empty: none.",
        ),
        "cap": Param(
            None,
            title="Most of a day",
            type=["null", "number"],
            description="Largest share of the bankroll that a day's stakes may take; left empty:"
            " 0.25 for Kelly, else all of it.",
        ),
        "bankroll": Param(
            10_000.0, title="Bankroll", type="number", description="At the beginning of each run."
        ),
        "limits": Param(
            {},
            title="Limits",
            type="object",
            description="Shares of the bankroll that veto a bet: per_bet, per_day, per_game,"
            " per_book, drawdown.",
        ),
        "books": Param(
            None,
            title="Books",
            type=["null", "array"],
            items={"type": "string"},
            description="Where bets may be placed; left empty: wherever the strategy bets.",
        ),
        "maximum_price_age_minutes": Param(
            60.0,
            title="Oldest price",
            type="number",
            description="In minutes since the source was last looked at.",
        ),
        "as_filed": Param(
            False,
            title="As filed",
            type="boolean",
            description="Archives as they were filed, with rows that broke a rule and -110 where a"
            " spread or total has no price.",
        ),
        "assumed_american": Param(
            None,
            title="Assumed price",
            type=["null", "number"],
            description="American price of spreads and totals that have none; left empty: they are"
            " left out, or -110 as filed.",
        ),
        "seed": Param(0, title="Seed", type="integer", description="Of all that is drawn."),
        "variants": Param(
            1,
            title="Variants",
            type="integer",
            minimum=1,
            description="How many were tried elsewhere to find these, each itself among them.",
        ),
    },
    tags=["curated", "strategies", "backtest"],
    doc_md="""
### Backtest strategies

Tries every strategy in every season, side by side: each pair is a mapped task, so that a cluster
runs as many at once as it has workers.

- `plan` reads the form and makes one request for each task. What cannot be (a strategy, parameter,
  season or day that there is not) fails at once with a sentence; nothing is run then.
- `backtest` runs one request and publishes its result through the gate: `strategy_results`, `bets`
  and `profitability_metrics`. The same question on the same data is the same run, so a task that is
  tried again changes nothing.

In live mode it also runs once a day by itself, for the warehouse's own track record: the card's
strategies and `flat`, with their defaults, over the games of each sport's newest season that were
watched and are over; once, and again every four weeks. The form plays no part then. In the sandbox
`run_pipeline` does that after its card.

*Browse*, *Backtests* lists the results with their reports; `linehouse backtest compare` puts them
side by side. All that is tried counts: how likely luck alone would do at least as well is told
as of the best of all tries on the same sport and overlapping days.
""",
)
def backtest_strategies() -> None:
    @task(retries=0)
    def plan() -> list[dict[str, Any]]:
        context = get_current_context()
        return dag_runs.planned_backtests(context)

    @task(map_index_template="{{ asked_for }}")
    def backtest(asked: dict[str, Any]) -> dict[str, Any]:
        context = get_current_context()
        context["asked_for"] = " ".join(  # type: ignore[typeddict-unknown-key]
            map(str, (asked["strategy"], asked["sport"] or "", asked["start"], asked["end"]))
        )
        return dag_runs.backtest(context, asked)

    backtest.expand(asked=plan())


backtest_strategies()

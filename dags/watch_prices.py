"""Odds fetched when a price really changed: the event-driven way, off unless it is set."""

from datetime import timedelta

from airflow.sdk import Asset, AssetWatcher, dag, get_current_context, task

from linehouse.orchestration import assets, chosen_requests_dag, dag_runs, run_parameters
from linehouse.settings import get_settings
from linehouse.sources.availability import http_source, off_because

settings = get_settings()


def watched() -> list[Asset] | None:
    """The asset that the watcher rings; nothing where `WATCH_PRICES` is not set, or the source that
    would be asked then is off."""
    if not settings.watch_prices or off_because(http_source("the_odds_api"), settings.mode):
        return None
    from linehouse.scheduling.price_watch import PriceChangeTrigger

    if wrong():
        return None
    trigger = PriceChangeTrigger(
        settings.mode.value,
        settings.watch_prices_source,
        settings.watch_prices_feed,
        settings.watch_prices_seconds,
    )
    return [assets.prices_changed([AssetWatcher(name="price_watch", trigger=trigger)])]


def wrong() -> str:
    """What of the settings names nothing that can be watched, as a paragraph of the page."""
    if not settings.watch_prices:
        return ""
    from linehouse.scheduling.price_watch import misspelt

    found = misspelt(settings.watch_prices_source, settings.watch_prices_feed)
    return f"\n**Nothing is watched.** {found}\n" if found else ""


@dag(
    schedule=watched(),
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "linehouse", "retries": 1, "retry_delay": timedelta(seconds=5)},
    params={"mode": run_parameters.mode()},
    tags=["raw", "the_odds_api"],
    doc_md="""
### Watch prices

For whoever wants odds faster than the tiers ask for them. Off unless `WATCH_PRICES=true`.

Airflow's triggerer looks at a source that costs nothing (`WATCH_PRICES_SOURCE`,
`WATCH_PRICES_FEED`, every `WATCH_PRICES_SECONDS`; with the source's ETag where it has one) and
rings only when a price or a point of a coming game differs from the look before. Then this DAG
fetches The Odds API's odds of that sport, if the plan of the month leaves credits over, and what
is accepted goes on through `promote_staging` to the card. With a small quota it leaves none over,
and the watch only tells. Without a key for The Odds API nothing is watched. A watch whose settings
have changed begins with the next reading of this file, some minutes after the start.

A source that fails is looked at ever less often, for as long as it says where it says so, and not
at all while the circuit breaker has it left alone; failures stand in `raw_data.collection_log`.
"""
    + wrong(),
)
def watch_prices() -> None:
    @task
    def choose() -> list[dict[str, str]]:
        from linehouse.scheduling import runs

        context = get_current_context()
        rung = [
            (event.extra or {}).get("payload") or {}
            for events in (context.get("triggering_asset_events") or {}).values()
            for event in events
        ]
        sports = {sport_key for payload in rung for sport_key in payload.get("sport_keys", [])}
        (mode,) = dag_runs.modes_of(context)
        return runs.affordable_extra(mode, sorted(sports) if rung else settings.sports)

    chosen_requests_dag.land_and_gate(choose())


watch_prices()

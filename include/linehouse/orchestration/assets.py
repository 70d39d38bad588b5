"""Every Airflow asset, once.

An asset belongs to the task that gates its zone, so that an ungated zone cannot trigger
anything. An asset only rings the bell: the work comes from the batches that are pending. Its
`extra` says for which modes the bell rings.
"""

from collections.abc import Sequence

from airflow.sdk import Asset, AssetAlias, AssetWatcher


def _asset(name: str, path: str, holds: str) -> Asset:
    return Asset(
        name=name, uri=f"linehouse://warehouse/{path}", group="linehouse", extra={"holds": holds}
    )


RAW = _asset("raw_data", "raw_data", "batches that the raw gate has accepted, as received")
STAGING = _asset("staging", "staging", "games and lines with one meaning, past their gate")
CURATED = _asset("curated", "curated", "tables for reading, past their gate")
BETTING_CARD = _asset(
    "betting_card", "curated/betting_card", "the bets that strategies choose from curated"
)
APPROVED = AssetAlias(name="approved_promotion", group="linehouse")
"""Whichever zone a person has let through against its gate."""


def prices_changed(watchers: Sequence[AssetWatcher] = ()) -> Asset:
    """Prices of a cheap source, whose watchers ring when one of them changed."""
    return Asset(
        name="prices_changed",
        uri="linehouse://upstream/prices_changed",
        group="linehouse",
        extra={"holds": "nothing: a source that is watched shows another price"},
        watchers=list(watchers),
    )

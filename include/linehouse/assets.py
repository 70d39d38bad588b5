"""Every Airflow asset, once.

An asset belongs to the task that gates its zone, so that an ungated zone cannot trigger
anything. An asset only rings the bell: the work comes from the batches that are pending. Its
`extra` says for which modes the bell rings.
"""

from airflow.sdk import Asset, AssetAlias


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

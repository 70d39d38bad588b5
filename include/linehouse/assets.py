"""Every Airflow asset, once.

An asset belongs to the task that gates its zone, so that an ungated zone cannot trigger
anything. An asset only rings the bell: the work comes from the batches that are pending. Its
`extra` says for which modes the bell rings.
"""

from airflow.sdk import Asset, AssetAlias

RAW = Asset(name="raw_data", uri="linehouse://warehouse/raw_data", group="linehouse")
STAGING = Asset(name="staging", uri="linehouse://warehouse/staging", group="linehouse")
CURATED = Asset(name="curated", uri="linehouse://warehouse/curated", group="linehouse")
BETTING_CARD = Asset(
    name="betting_card", uri="linehouse://warehouse/curated/betting_card", group="linehouse"
)
APPROVED = AssetAlias(name="approved_promotion", group="linehouse")
"""Whichever zone a person has let through against its gate."""

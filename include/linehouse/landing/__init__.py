"""The one place that fetches, records attempts and writes raw_data.

`store` is the transaction that all ways of landing share; `over_http` asks an upstream,
`payloads` takes bytes that are here already, `replay` parses stored bytes again.
"""

from linehouse.landing.arrival import LandingResult
from linehouse.landing.fetch import FetchPolicy
from linehouse.landing.over_http import land
from linehouse.landing.payloads import land_payload
from linehouse.landing.replay import reparse

__all__ = ["FetchPolicy", "LandingResult", "land", "land_payload", "reparse"]

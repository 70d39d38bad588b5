"""The one place that fetches, records attempts and writes raw_data.

`store` is the transaction that all ways of landing share; `over_http` sends one request,
`of_source` all that a source has to ask now, `all_sources` those of every source at once;
`payloads` takes bytes that are here already, `replay` parses stored bytes again.
"""

from linehouse.landing.arrival import LandingResult
from linehouse.landing.fetch import FetchPolicy
from linehouse.landing.of_source import SourceLanding, land_source
from linehouse.landing.over_http import land
from linehouse.landing.payloads import land_payload
from linehouse.landing.replay import reparse

__all__ = [
    "FetchPolicy",
    "LandingResult",
    "SourceLanding",
    "land",
    "land_payload",
    "land_source",
    "reparse",
]

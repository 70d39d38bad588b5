"""Good answers of The Odds API with faults in their content."""

from collections.abc import Iterator
from typing import Any

from linehouse.sandbox.faults import Fault


def spoil(document: Any, fault: Fault) -> Any:
    """The document with the fault in it; documents without odds or scores are spoiled as far as
    they can be. Changes the document in place where it can."""
    if isinstance(document, dict) and "data" in document:
        return document | {"data": spoil(document["data"], fault)}
    events = document if isinstance(document, list) else [document]
    if fault.kind == "renamed_field":
        for event in events:
            outcomes = list(_outcomes(event))
            for outcome in outcomes:
                outcome["odds"] = outcome.pop("price")
            if not outcomes and "commence_time" in event:
                event["start_time"] = event.pop("commence_time")
    elif fault.kind == "extra_field":
        for event in events:
            event["venue_capacity"] = 20_000
            for outcome in _outcomes(event):
                outcome["limit"] = 500
    elif fault.kind == "duplicate_rows":
        for event in events:
            if event.get("bookmakers"):
                event["bookmakers"].append(event["bookmakers"][-1])
        if not any(event.get("bookmakers") for event in events):
            events.extend(events[-1:])
    elif fault.kind == "half_missing":
        del events[1::2]
    elif fault.kind == "sides_swapped":
        for event in events:
            _swap_sides(event)
    return document


def _swap_sides(event: dict[str, Any]) -> None:
    for bookmaker in event.get("bookmakers") or []:
        for market in bookmaker["markets"]:
            outcomes = market["outcomes"]
            if len(outcomes) == 2 and market["key"] in ("h2h", "spreads"):
                names = [outcome["name"] for outcome in outcomes]
                outcomes[0]["name"], outcomes[1]["name"] = names[1], names[0]
    scores = event.get("scores")
    if scores and len(scores) == 2:
        scores[0]["name"], scores[1]["name"] = scores[1]["name"], scores[0]["name"]


def _outcomes(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for bookmaker in event.get("bookmakers") or []:
        for market in bookmaker["markets"]:
            yield from market["outcomes"]

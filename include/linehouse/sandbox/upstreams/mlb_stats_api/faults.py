"""Faults in the content of the MLB Stats API's good answers."""

from typing import Any

from linehouse.sandbox.faults import Fault


def spoil(document: Any, fault: Fault) -> Any:
    """The document with the fault in it, as far as it can have it."""
    games = [game for day in document.get("dates", []) for game in day["games"]]
    rows = games or document.get("teams") or document.get("records") or []
    data = document.get("gameData")
    if fault.kind == "renamed_field":
        for row in rows:
            for key, other in (("gamePk", "gameId"), ("teamRecords", "lines"), ("id", "teamId")):
                if key in row:
                    row[other] = row.pop(key)
        if data:
            data["datetime"]["startTime"] = data["datetime"].pop("dateTime")
    elif fault.kind == "extra_field":
        for row in rows or [document]:
            row["broadcastTier"] = 2
    elif fault.kind == "duplicate_rows":
        for rows_of_one in [day["games"] for day in document.get("dates", [])] or [rows]:
            rows_of_one.extend(rows_of_one[-1:])
    elif fault.kind == "half_missing":
        for day in document.get("dates", []):
            del day["games"][1::2]
        if not games:
            del rows[1::2]
    elif fault.kind == "sides_swapped":
        for game in games:
            sides = game["teams"]
            sides["home"], sides["away"] = sides["away"], sides["home"]
    return document

"""Where clubs play: in every season of theirs one place, on the map where it is said to be."""

import csv
from collections import defaultdict
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from zoneinfo import ZoneInfo

import pytest

from linehouse.settings import PROJECT_ROOT

Row = dict[str, str]
LATITUDES, LONGITUDES = (25.0, 50.0), (-124.0, -70.0)
"""Of all cities with a club, historic ones too."""
ZONES = {
    "America/New_York": """Atlanta, Auburn Hills, Baltimore, Boston, Brooklyn, Buffalo, Charlotte,
        Cincinnati, Cleveland, Cumberland, Detroit, East Rutherford, Indianapolis, Landover, Miami,
        Miami Gardens, Montreal, New York, New York (Bronx), New York (Queens), Newark, Orlando,
        Philadelphia, Pittsburgh, St. Petersburg, Tampa, Toronto, Washington, Washington (RFK)""",
    "America/Chicago": """Arlington, Chicago, Chicago (north), Chicago (south), Dallas, Houston,
        Kansas City, Memphis, Milwaukee, Minneapolis, New Orleans, Oklahoma City, San Antonio,
        St. Louis""",
    "America/Denver": "Denver, Salt Lake City",
    "America/Phoenix": "Phoenix",
    "America/Los_Angeles": """Anaheim, Inglewood, Los Angeles, Oakland, Portland, Sacramento,
        Sacramento (Natomas), San Diego, San Francisco, Seattle, Vancouver, West Sacramento""",
}
FROM_THE_MERIDIAN = timedelta(hours=0.8)
"""How far a city's sun is from its clock at most, in winter."""


def seed(name: str) -> list[Row]:
    with (PROJECT_ROOT / "dbt" / "seeds" / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def place_of(team_id: str, season: int, places: list[Row] | None = None) -> Row:
    (row,) = [
        row
        for row in places or seed("team_places")
        if row["team_id"] == team_id
        and int(row["first_season_start"] or 0) <= season <= int(row["last_season_start"] or 9999)
    ]
    return row


def kilometres(one: Row, other: Row) -> float:
    (lat, lon), (lat_2, lon_2) = (
        (radians(float(row["latitude"])), radians(float(row["longitude"]))) for row in (one, other)
    )
    half = sin((lat_2 - lat) / 2) ** 2 + cos(lat) * cos(lat_2) * sin((lon_2 - lon) / 2) ** 2
    return 2 * 6371 * asin(sqrt(half))


def wrong(places: list[Row]) -> list[str]:
    """A sentence for each place that is not on the map where its name is."""
    zone_of = {name.strip(): zone for zone, names in ZONES.items() for name in names.split(",")}
    found = []
    for row in places:
        latitude, longitude = float(row["latitude"]), float(row["longitude"])
        said = f"{row['team_id']} in {row['place']}: {latitude}, {longitude}"
        if not LATITUDES[0] <= latitude <= LATITUDES[1]:
            found.append(f"{said} is no latitude of a club")
        if not LONGITUDES[0] <= longitude <= LONGITUDES[1]:
            found.append(f"{said} is no longitude of a club")
        clock = datetime(2026, 1, 15, tzinfo=ZoneInfo(zone_of[row["place"]])).utcoffset()
        assert clock is not None
        if abs(timedelta(hours=longitude / 15) - clock) > FROM_THE_MERIDIAN:
            found.append(f"{said} is far from its time zone, {zone_of[row['place']]}")
    # one name is one city
    by_name: dict[str, list[Row]] = defaultdict(list)
    for row in places:
        by_name[row["place"]].append(row)
    for name, rows in by_name.items():
        if max(kilometres(rows[0], row) for row in rows) > 15:
            found.append(f"{name} lies in several places")
    return found


def test_every_club_has_one_place_in_every_season_of_its_names() -> None:
    places = seed("team_places")
    for name in seed("team_names"):
        last = int(name["last_season_start"] or 2026)
        for season in range(int(name["first_season_start"]), last + 1):
            place_of(name["team_id"], season, places)
    assert {row["team_id"] for row in places} == {row["team_id"] for row in seed("teams")}


def test_places_lie_in_their_city_and_time_zone() -> None:
    assert wrong(seed("team_places")) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("longitude", "71.06"),  # a sign
        ("latitude", "-42.37"),
        ("longitude", "-80.06"),  # a digit: Lake Ontario
        ("latitude", "24.73"),
        ("place", "Denver"),
    ],
)
def test_a_slip_of_the_pen_is_seen(column: str, value: str) -> None:
    places = seed("team_places")
    boston = place_of("nba_bos", 2026, places)
    boston[column] = value
    assert [sentence for sentence in wrong(places) if sentence.startswith("nba_bos")] or [
        sentence for sentence in wrong(places) if "several places" in sentence
    ]


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("nba_bos", "nba_nyk", 306),
        ("nba_lal", "nba_gsw", 559),
        ("mlb_sea", "mlb_mia", 4398),
        ("mlb_hou", "nba_dal", 362),
        ("nba_uta", "nba_den", 598),
        ("nba_tor", "mlb_chc", 700),
    ],
)
def test_clubs_are_as_far_apart_as_their_cities(one: str, other: str, distance: int) -> None:
    assert kilometres(place_of(one, 2026), place_of(other, 2026)) == pytest.approx(distance, abs=15)


@pytest.mark.parametrize(
    ("team_id", "season", "place"),
    [
        ("nba_okc", 2007, "Seattle"),
        ("nba_okc", 2008, "Oklahoma City"),
        ("nba_nop", 2006, "Oklahoma City"),
        ("nba_nop", 2007, "New Orleans"),
        ("nba_bkn", 2009, "East Rutherford"),
        ("nba_bkn", 2011, "Newark"),
        ("nba_bkn", 2012, "Brooklyn"),
        ("nba_mem", 2000, "Vancouver"),
        ("nba_tor", 2019, "Toronto"),
        ("nba_tor", 2020, "Tampa"),
        ("nba_tor", 2021, "Toronto"),
        ("mlb_tor", 2020, "Buffalo"),
        ("mlb_ath", 2024, "Oakland"),
        ("mlb_ath", 2025, "West Sacramento"),
        ("mlb_tb", 2025, "Tampa"),
        ("mlb_tb", 2026, "St. Petersburg"),
        ("mlb_wsh", 2004, "Montreal"),
    ],
)
def test_a_club_that_moved_plays_where_it_played_then(
    team_id: str, season: int, place: str
) -> None:
    assert place_of(team_id, season)["place"] == place

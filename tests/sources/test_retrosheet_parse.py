"""Game logs of Retrosheet: what a line says."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from linehouse import archives
from linehouse.sources.archives.retrosheet import SOURCE, captures
from linehouse.sources.errors import DriftedSchemaError, UnreadablePayloadError
from linehouse.sources.rows import Parsed


def line(**told: str) -> list[str]:
    """A game of the Cubs at the Cardinals; `told` by field number, from 1, as `f2="1"`."""
    fields = [""] * 161
    fields[0:11] = ["20170402", "0", "Sun", "CHN", "NL", "1", "SLN", "NL", "1", "3", "4"]
    fields[11:21] = [
        "53", "N", "", "", "", "STL10", "47566", "210", "000000003", "001000021",
    ]  # fmt: skip
    fields[101:105] = ["lestj001", "Jon Lester", "martc006", "Carlos Martinez"]
    fields[160] = "Y"
    for place, value in told.items():
        fields[int(place[1:]) - 1] = value
    return fields


def parse(*lines: list[str], name: str = "GL2017.TXT") -> Parsed:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(lines)
    (payload,) = captures(text.getvalue().encode(), name)
    return SOURCE.parse(payload)


def test_a_line_is_a_game() -> None:
    (game,) = parse(line()).games
    assert (game.source_event_id, game.away_team, game.home_team) == ("SLN201704020", "CHN", "SLN")
    assert (game.game_date_et, game.commence_at, game.season) == (date(2017, 4, 2), None, "2017")
    assert (game.away_score, game.home_score, game.completed, game.state) == (
        "3", "4", True, "final",
    )  # fmt: skip
    assert game.neutral_site is None and game.game_number is None
    assert game.details["periods_away"] == list("000000003")
    assert game.details["pitcher_home"] == "Carlos Martinez"
    assert (game.details["day_night"], game.details["venue"]) == ("N", "STL10")
    assert "dates_et" not in game.details


@pytest.mark.parametrize(
    ("mark", "number"), [("0", None), ("1", 1), ("2", 2), ("3", 3), ("A", 1), ("B", 2)]
)
def test_the_official_number_is_that_of_a_doubleheader(mark: str, number: int | None) -> None:
    (game,) = parse(line(f2=mark)).games
    assert game.game_number == number
    assert game.source_event_id == f"SLN20170402{mark}"


def test_an_inning_may_bring_ten_runs_or_not_be_batted() -> None:
    (game,) = parse(line(f20="010000(10)00", f21="20100000x")).games
    assert game.details["periods_away"] == ["0", "1", "0", "0", "0", "0", "10", "0", "0"]
    assert game.details["periods_home"][-1] == "x"


def test_a_suspended_game_was_on_two_days() -> None:
    (game,) = parse(line(f14="20170622,,4,2,57")).games
    assert game.details["dates_et"] == ["2017-04-02", "2017-06-22"]
    assert game.game_date_et == date(2017, 4, 2)


def test_a_game_without_a_score_is_not_over() -> None:
    (game,) = parse(line(f10="", f11="")).games
    assert (game.home_score, game.completed, game.state) == (None, None, None)


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        (line()[:-1], "line 2: 160 fields"),
        (line(f1="20171402"), "'20171402' is no date"),
        (line(f2="4"), "'4' is no number of a game"),
        (line(f4=""), "a team is missing"),
        (line(f20="01?"), "is no line score"),
    ],
)
def test_a_line_of_another_shape_stops_the_file(fields: list[str], what: str) -> None:
    with pytest.raises(DriftedSchemaError, match=what.replace("?", r"\?")):
        parse(line(), fields)


def test_an_empty_file_is_no_game_log() -> None:
    with pytest.raises(UnreadablePayloadError, match="no game"):
        parse()


def test_the_format_is_told_by_the_content(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text(",".join(f'"{cell}"' for cell in line()) + "\r\n")
    ((source, payload),) = archives.payloads(tmp_path)
    assert source.name == "retrosheet" and len(source.parse(payload).games) == 1


def test_the_real_logs_hold_every_game(real_data: Path) -> None:
    expected = {"GL2014.TXT": 2430, "GL2015.TXT": 2429, "GL2016.TXT": 2428, "GL2017.TXT": 2430}
    for name, count in expected.items():
        body = (real_data / "archives" / "retrosheet" / name).read_bytes()
        assert archives.detect(body, name) == "retrosheet"
        (payload,) = captures(body, name)
        games = SOURCE.parse(payload).games
        assert len(games) == len({game.source_event_id for game in games}) == count
        for game in games:  # extra innings, runs of ten and more: every line adds up
            for side, score in (("away", game.away_score), ("home", game.home_score)):
                runs = game.details[f"periods_{side}"]
                assert sum(int(run) for run in runs if run != "x") == int(score or "-1")

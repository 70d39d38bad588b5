"""Retrosheet's official results and the odds archive name the same games: four seasons of both,
from files to staging."""

import csv
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest

from linehouse import archives, database
from linehouse.landing import land_payload
from linehouse.promotion import gate_raw, promote
from linehouse.settings import PROJECT_ROOT, Mode

with (PROJECT_ROOT / "dbt/seeds/expected_row_counts.csv").open(encoding="utf-8") as counts:
    SEASONS = {
        row["season"]: int(row["game_count"])
        for row in csv.DictReader(counts)
        if row["source"] == "retrosheet"
    }
FILED_ON_ANOTHER_DAY = {
    "ARI201403230",
    *(f"{home}201409180" for home in ("COL", "CHN", "SLN", "SDN", "MIA")),
}
"""Games that SBRO files a day early."""
ABSENT = {"SLN201607201", "NYN201607261"}
"""Games of doubleheaders of which SBRO has one only, in both cases the official second."""


@pytest.mark.slow
def test_both_archives_name_the_same_games(
    fresh_live_database: Mode, real_data: Path, tmp_path: Path
) -> None:
    mode = fresh_live_database
    for season in SEASONS:
        shutil.copy(real_data / "archives" / "retrosheet" / f"GL{season}.TXT", tmp_path)
        shutil.copy(real_data / "archives" / "sbro_mlb" / f"mlb-odds-{season}.xlsx", tmp_path)
    landed = [
        land_payload(payload, source, mode=mode, run_key="both")
        for source, payload in archives.payloads(tmp_path)
    ]
    assert len(landed) == 8
    verdicts = gate_raw(mode, [result.batch_id for result in landed])
    assert [verdict.sentence for verdict in verdicts if not verdict.accepted] == []
    promoted = promote(mode, "staging")
    print({step: round(seconds, 1) for step, seconds in promoted.seconds.items()})

    with database.connect(mode) as connection:
        _every_game_is_one(connection)
        _what_stands_alone_says_why(connection)
        _doubleheaders_have_their_official_number(connection)
        _differing_scores_are_flagged(connection)


def _every_game_is_one(connection: psycopg.Connection[Any]) -> None:
    rows = connection.execute(
        """
        select
            g.season, r.source_event_id, s.source_event_id, s.matched_by, g.game_id,
            'dates_disagree' = any(g.validation_notes)
        from staging.games as g
        left join staging.game_sources as r on g.game_id = r.game_id and r.source = 'retrosheet'
        left join staging.game_sources as s on g.game_id = s.game_id and s.source = 'sbro'
        """
    ).fetchall()
    assert len(rows) == len({row[4] for row in rows})  # no event of a source twice in a game
    official = [row for row in rows if row[1] is not None]
    assert Counter(row[0] for row in official) == SEASONS
    assert {row[1] for row in official if row[2] is None} == ABSENT
    elsewhere = {row[1] for row in official if row[3] == "neighbouring_day"}
    assert elsewhere == FILED_ON_ANOTHER_DAY == {row[1] for row in rows if row[5]}
    print(Counter(row[3] for row in official))
    # what is left of SBRO is played after the season: Retrosheet's logs end with it
    alone = [row for row in rows if row[1] is None]
    assert Counter(row[0] for row in alone) == {"2014": 32, "2015": 36, "2016": 36, "2017": 37}


def _what_stands_alone_says_why(connection: psycopg.Connection[Any]) -> None:
    rows = connection.execute(
        """
        select g.game_date_et::text, g.away_team_id, g.home_team_id, v.detail
        from staging.validation_results as v
        inner join staging.games as g using (game_id)
        where v.rule = 'unmatched_event'
        """
    ).fetchall()
    ((day, away, home, detail),) = rows
    assert (day, away, home) == ("2016-06-06", "mlb_nym", "mlb_pit")
    assert "postponed or called off, and no trusted source has a game" in detail
    assert "retrosheet PIT201606071 (2016-06-07, 1 to 3)" in detail
    unknown = connection.execute(
        "select count(*) from ops.game_registry where game_id is null"
    ).fetchone()
    assert unknown == (0,)


def _doubleheaders_have_their_official_number(connection: psycopg.Connection[Any]) -> None:
    rows = connection.execute(
        """
        select g.game_number, right(r.source_event_id, 1), s.matched_by, r.source_event_id
        from staging.games as g
        inner join staging.game_sources as r on g.game_id = r.game_id and r.source = 'retrosheet'
        left join staging.game_sources as s on g.game_id = s.game_id and s.source = 'sbro'
        where g.game_number is not null or right(r.source_event_id, 1) <> '0'
        """
    ).fetchall()
    assert len(rows) == 200
    assert all(number == int(mark) for number, mark, _, _ in rows)
    told = Counter(matched_by for _, _, matched_by, _ in rows)
    print(told)
    assert told[None] == len(ABSENT) and not told["untold"]
    # two games of one day that ended alike: their innings tell them
    assert {event for *_, by, event in rows if by == "line_score"} == {
        "PIT201606071", "PIT201606072",
    }  # fmt: skip


def _differing_scores_are_flagged(connection: psycopg.Connection[Any]) -> None:
    rows = connection.execute(
        """
        select
            g.game_date_et::text, g.home_team_id, g.away_score, g.home_score, g.is_valid, v.detail,
            t.detail
        from staging.validation_results as v
        inner join staging.games as g using (game_id)
        left join staging.validation_results as t
            on v.game_id = t.game_id and t.rule = 'tied_suspended'
        where v.rule = 'scores_disagree'
        """
    ).fetchall()
    found = {(day, home): (away, home_score) for day, home, away, home_score, *_ in rows}
    assert all(valid for *_, valid, _, _ in rows)
    assert found[("2014-06-08", "mlb_col")] == (6, 1)  # filed as 2 to 1
    assert found[("2017-06-07", "mlb_ari")] == (4, 7)  # filed as 3 to 6
    assert len(found) == 19
    assert len([tied for *_, tied in rows if tied]) == 10  # two of them slips of the pen
    frozen = {(day, home): tied for day, home, *_, tied in rows if tied}
    assert frozen[("2014-05-22", "mlb_col")] == (
        "2 to 2; finished on 20140901, 4 to 2 (retrosheet)"
    )
    ties = connection.execute("select count(*) from staging.games where home_score = away_score")
    assert ties.fetchone() == (1,)  # 2016-09-29 CHC at PIT, called in the rain and never finished

"""All real captures, from files to curated: nothing is held, no event is lost."""

from pathlib import Path

import pytest

from linehouse import archives, database, pipeline
from linehouse.promotion import promote
from linehouse.settings import Mode

FOLDERS = {
    "archives/oddsapi_nba_daily": 45,
    "archives/oddsapi_single_snapshot": 6,
    "payloads/the_odds_api/series_mlb_preseason": 40,
}


@pytest.mark.slow
def test_real_captures_come_to_curated_without_a_hold(
    fresh_live_database: Mode, real_data: Path
) -> None:
    mode = fresh_live_database
    events: set[str] = set()
    books: set[str] = set()
    batches = []
    for folder, files in FOLDERS.items():
        done = list(pipeline.land_archive(mode, real_data / folder, None, "load"))
        assert [one["error"] for one in done] == [None] * files, folder
        batches += [one["batch_id"] for one in done]
        for source, payload in archives.payloads(real_data / folder):
            parsed = source.parse(payload)
            events |= {game.source_event_id for game in parsed.games}
            books |= {line.bookmaker for line in parsed.lines}
    summary = pipeline.gate(mode, batches)
    assert summary.held == [] and len(summary.accepted) == sum(FOLDERS.values())
    for zone in ("staging", "curated"):
        promoted = promote(mode, zone)
        assert promoted.state == "published"
        print(zone, promoted.touched_games, {k: round(v, 1) for k, v in promoted.seconds.items()})
    with database.connect(mode) as connection:

        def counted(query: str) -> list[tuple[object, ...]]:
            return connection.execute(query).fetchall()  # type: ignore[call-overload,no-any-return]

        ((known,),) = counted("select count(*) from staging.game_sources where game_id is not null")
        ((seen,),) = counted("select count(distinct bookmaker) from staging.betting_lines")
        unmatched = counted(
            "select entity_key, detail from staging.validation_results"
            " where rule = 'unmatched_team'"
        )
        ((share,),) = counted("select avg(is_valid::int) from curated.betting_lines_enhanced")
        figures = counted(
            "select sport_key, count(distinct game_id), count(*),"
            " count(*) filter (where is_opening), count(*) filter (where is_closing)"
            " from curated.betting_lines_enhanced group by 1"
        )
    print("games, lines, openings, closings:", *figures)
    assert unmatched == []
    assert known == len(events)
    assert seen == len(books)
    assert float(str(share)) > 0.95

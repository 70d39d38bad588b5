"""What feeds of results must keep to besides: points by period make the score, days are those asked
for. A vendor's single slip is flagged; most games at once are columns or days that moved."""

from typing import Any

from expectations import no_rows
from expectations.raw_data import RawBatch
from expectations.raw_data.rows_of_kinds import NUMBER

SINCE = "2026-11-20"

MAXIMUM_SLIPS = 0.5
"""Since 2026-11-20: share of the games. None in recorded answers is wrong; vendors are known to
correct single quarters a day later."""


def points_make_the_score(batch: RawBatch) -> list[Any]:
    """Of finished games that tell points by period, for both sides."""
    rows = " union all ".join(
        f"select source_event_id, '{side}' as side, {side}_score as score,"
        f" details -> 'periods_{side}' as periods from raw_data.games_raw"
        f" where payload_id = {batch.payload_id} and completed"
        f" and jsonb_typeof(details -> 'periods_{side}') = 'array'"
        f" and {side}_score ~ '{NUMBER}'"
        for side in ("away", "home")
    )
    judged = f"""
        with told as ({rows}),
        judged as (
            select
                t.source_event_id, t.side, t.score, t.periods::text as periods,
                (
                    select coalesce(sum(p.points::numeric), 0)
                    from jsonb_array_elements_text(t.periods) as p (points)
                    where p.points ~ '{NUMBER}'
                ) = t.score::numeric as valid
            from told as t
        )
    """
    name = "points by period make the score"
    return _slips(name, judged, "a period that is missing or stands in another column")


def games_are_of_the_day(batch: RawBatch, parameter: str, days_around: int = 0) -> list[Any]:
    """Of answers to a question about one Eastern day, which stands in a request's `parameter`."""
    judged = f"""
        with judged as (
            select
                g.source_event_id, g.home_team, g.game_date_et, p.params ->> '{parameter}' as asked,
                abs(g.game_date_et - (p.params ->> '{parameter}')::date) <= {days_around} as valid
            from raw_data.games_raw as g
            inner join raw_data.{batch.source} as p on g.payload_id = p.payload_id
            where
                g.payload_id = {batch.payload_id} and g.game_date_et is not null
                and p.params ->> '{parameter}' ~ '^[0-9]+-[0-9]+-[0-9]+$'
        )
    """
    name = "games are of the day that was asked for"
    return _slips(name, judged, "days in another time zone put every late game on the wrong date")


def figures_of_games_once(batch: RawBatch, *, players: bool = False) -> Any:
    """Figures of teams, or of players: of a player his team and name count too, since not all have
    ids."""
    table = "player_stats_raw" if players else "team_stats_raw"
    who = "source_team_id, source_player_id, player" if players else "source_team_id"
    return no_rows(
        "nobody's figures of a game are named twice",
        f"select source_event_id, {who}, count(*) as copies from raw_data.{table}"
        f" where payload_id = {batch.payload_id} and scope = 'game'"
        f" group by source_event_id, {who} having count(*) > 1",
        since=SINCE,
        reason="points and minutes would count twice in a season's average",
    )


def _slips(name: str, judged: str, reason: str) -> list[Any]:
    return [
        no_rows(
            name,
            f"{judged} select * from judged where valid is not true",
            severity="warning",
            since=SINCE,
            reason=f"{reason}; one alone may be the vendor's slip",
        ),
        no_rows(
            f"of more than {1 - MAXIMUM_SLIPS:.0%} of the games, {name}",
            f"{judged} select * from judged where valid is not true"
            f" and (select avg((valid is not true)::int) from judged) > {MAXIMUM_SLIPS}",
            since=SINCE,
            reason=reason,
        ),
    ]

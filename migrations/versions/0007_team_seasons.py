"""Teams in a season as payloads name them; what a promotion looked at of them."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UPGRADE = """
create table ops.payload_team_seasons (
    payload_id bigint not null,
    source text not null,
    team text,
    source_team_id text,
    season_told text,
    source_event_id text,
    team_id text,
    season text,
    team_season_id text
);
create index payload_team_seasons_payload_idx on ops.payload_team_seasons (payload_id);
create index payload_team_seasons_slice_idx on ops.payload_team_seasons (team_season_id);
comment on table ops.payload_team_seasons is
    'One row per payload and team that its injuries or statistics name (of a game: per game), with'
    ' the franchise and season that it means; null where that cannot be told.';

create table ops.promotion_team_seasons (
    promotion_id bigint not null references ops.promotions,
    team_season_id text not null,
    primary key (promotion_id, team_season_id)
);
comment on table ops.promotion_team_seasons is
    'One row per promotion and team in a season that it made anew.';
"""


def _execute(sql: str) -> None:
    """Run several statements as they stand (no bind parameters)."""
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(sql)


def upgrade() -> None:
    _execute(UPGRADE)


def downgrade() -> None:
    _execute("drop table ops.promotion_team_seasons; drop table ops.payload_team_seasons")

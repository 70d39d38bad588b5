"""Runs migrations in the database of one mode, as linehouse_owner.

The mode comes from `-x mode=sandbox|live` (else from the settings), or from `linehouse.migrate`.
"""

from alembic import context
from sqlalchemy import Connection

from linehouse import database
from linehouse.settings import Mode, get_settings

OWNER = database.ROLE_NAMES["owner"]
ROLES = (OWNER, database.ROLE_NAMES["etl"], database.ROLE_NAMES["analyst"])
LOCK = "select pg_advisory_lock(hashtextextended('linehouse.migrations', 0))"


def become_owner(connection: Connection) -> None:
    """Where we log in as somebody else (a managed server's administrator), make the roles that are
    missing, without login, hand the database to linehouse_owner and act as it. A superuser also
    takes large objects from everybody, and locks from all but our own roles (on the embedded server
    its own superuser has done that)."""
    if connection.exec_driver_sql("select current_user").scalar_one() == OWNER:
        return
    for role in ROLES:
        found = connection.exec_driver_sql(
            "select 1 from pg_roles where rolname = %(role)s", {"role": role}
        ).scalar()
        if found is None:
            connection.exec_driver_sql(f"create role {role} nologin")
    is_superuser = connection.exec_driver_sql(
        "select rolsuper from pg_roles where rolname = current_user"
    )
    if is_superuser.scalar_one():
        connection.exec_driver_sql(database.NO_LARGE_OBJECTS)
        connection.exec_driver_sql(database.NO_LOCKS)
    member = connection.exec_driver_sql(f"select pg_has_role(current_user, '{OWNER}', 'set')")
    if not member.scalar_one():
        connection.exec_driver_sql(f"grant {OWNER} to current_user")
    connection.exec_driver_sql(
        "do $$ begin execute format("
        f"'alter database %%I owner to {OWNER}', current_database()); end $$"
    )
    connection.exec_driver_sql(f"set role {OWNER}")


def run() -> None:
    config = context.config
    arguments = context.get_x_argument(as_dictionary=True)
    asked = config.attributes.get("mode") or arguments.get("mode")
    mode = Mode(asked) if asked else get_settings().mode
    config.attributes.setdefault("drop_data", arguments.get("drop-data") == "yes")
    with database.engine(mode, "owner").connect() as connection:
        connection.exec_driver_sql(LOCK)
        become_owner(connection)
        connection.commit()
        try:
            context.configure(connection=connection, transaction_per_migration=True)
            with context.begin_transaction():
                context.run_migrations()
        finally:
            # The lock and the role belong to the session; a pooled one would keep both.
            connection.invalidate()


if context.is_offline_mode():
    raise SystemExit("Migrations run against a database; --sql is not supported.")
run()

"""Bring Airflow's database up to date, make the administrator and the pools, in one process.

Run as `python -m linehouse.runtime.airflow_database` under `runtime.airflow.environment()`.
Idempotent. A process of its own, because importing Airflow reads its configuration for good.
"""

import os
import sys
from pathlib import Path

from linehouse.runtime.airflow import admin_login
from linehouse.runtime.layout import Layout


def migrate() -> None:
    """Airflow's and its auth manager's tables at the installed version."""
    from airflow.utils import db
    from airflow.utils.providers_configuration_loader import providers_configuration_loaded

    providers_configuration_loaded(db.initdb)()


def ensure_admin(layout: Layout) -> bool:
    """Make the administrator where missing; True if made now. A changed password stays."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    login = admin_login(layout)
    with get_application_builder() as builder:
        if builder.sm.find_user(username=login.user):
            return False
        role = builder.sm.find_role("Admin")
        made = builder.sm.add_user(
            login.user, "Linehouse", "Admin", "admin@localhost.localdomain", role, login.password
        )
        if not made:
            raise RuntimeError("Airflow did not make its administrator")
        return True


def ensure_pools() -> None:
    """Make the pools that landing tasks run in, or bring their slots up to date."""
    from airflow.models.pool import Pool

    from linehouse.orchestration.landing_pools import pools

    for name, slots in pools().items():
        Pool.create_or_update_pool(
            name, slots, "Requests at once to this source.", include_deferred=False
        )


if __name__ == "__main__":
    migrate()
    ensure_admin(Layout(Path(os.environ["LINEHOUSE_HOME"])))
    ensure_pools()
    sys.exit(0)

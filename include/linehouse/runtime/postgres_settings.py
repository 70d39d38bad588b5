"""The embedded server's settings, and why they differ from PostgreSQL's own."""

import os
import shutil
from pathlib import Path

import psutil

MEBIBYTE = 1024 * 1024
HOST_BASED_AUTHENTICATION = """\
# Written by Linehouse at every start. A password everywhere, nobody from outside this machine.
local all all scram-sha-256
host  all all 127.0.0.1/32 scram-sha-256
"""


def server_settings(port: int, socket_folder: Path) -> dict[str, str]:
    """Names and values for postgresql.conf; memory follows the machine's."""
    memory = psutil.virtual_memory().total // MEBIBYTE
    shared = max(128, min(1024, memory // 8))
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(socket_folder),
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "max_connections": "150",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # Durable: a crash loses nothing that was committed.
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        # A killed client's lock is free at once (3.4 s without).
        "client_connection_check_interval": "500ms",
        "idle_in_transaction_session_timeout": "30min",
        # Solid state: index reads cost what sequential ones do.
        "random_page_cost": "1.1",
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": f"{max(16, min(64, memory // 128))}MB",
        "maintenance_work_mem": f"{max(64, min(512, memory // 32))}MB",
        "max_wal_size": "2GB",
        "wal_compression": "on",
        "jit": "off",
        # A slate changes the same few thousand rows whatever the size of the table, so the
        # thresholds are rows, not shares of it.
        "autovacuum_vacuum_scale_factor": "0",
        "autovacuum_vacuum_threshold": "20000",
        "autovacuum_vacuum_insert_scale_factor": "0",
        "autovacuum_vacuum_insert_threshold": "100000",
        "autovacuum_analyze_scale_factor": "0",
        "autovacuum_analyze_threshold": "20000",
        "autovacuum_naptime": "30s",
        # A statement that fails may hold a secret: say what failed, not with which words.
        "log_min_error_statement": "panic",
        "log_line_prefix": "%m [%p] %q%u@%d ",
        "log_checkpoints": "off",
        "cluster_name": "linehouse",
    }
    if _shared_memory_is_small():
        settings["dynamic_shared_memory_type"] = "mmap"
    return settings


def render(settings: dict[str, str]) -> str:
    """The settings as a configuration file."""
    quoted = (
        f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()
    )
    return (
        "# Written by Linehouse at every start: changes here are lost.\n" + "\n".join(quoted) + "\n"
    )


def _shared_memory_is_small() -> bool:
    """Containers often have 64 MB in /dev/shm, too little for parallel queries."""
    folder = "/dev/shm"
    return os.path.isdir(folder) and shutil.disk_usage(folder).total < 256 * MEBIBYTE

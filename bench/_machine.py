"""What a figure was measured on; figures of different machines are not comparable."""

import os
import platform
from typing import Any


def machine() -> dict[str, Any]:
    """Cores that this process may use, memory, Python and kernel."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory, 1),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }

"""A process of its own that promotes a zone, to be killed: `promote_process.py ZONE AS_OF`."""

import sys
from datetime import datetime

from linehouse.promotion import promote
from linehouse.settings import Mode

if __name__ == "__main__":
    zone, as_of = sys.argv[1:]
    print(promote(Mode.SANDBOX, zone, as_of=datetime.fromisoformat(as_of)).state)

"""Start a supervised program after ending what its last life left behind.

`python -m linehouse.runtime.launch NAME COMMAND...`. A killed scheduler leaves its workers (each
holds the queue open for the others); started again beside them it would have twice as many.
"""

import os
import sys
from pathlib import Path

from linehouse.runtime import marked
from linehouse.runtime.layout import MARKER, Layout


def main(arguments: list[str]) -> None:
    """End leftovers of NAME, then become COMMAND."""
    name, *command = arguments
    layout = Layout(Path(os.environ[MARKER]))
    left = marked.find(layout, LINEHOUSE_PROGRAM=name)
    if left:
        print(f"ending what an earlier {name} left: {', '.join(map(marked.describe, left))}")
        sys.stdout.flush()
        marked.end(left)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])

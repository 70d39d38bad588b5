"""Entry point of the container image: run a command under Linehouse's environment.

`python -m linehouse.runtime.container airflow scheduler`. The options are those of the embedded
run; what a cluster does otherwise comes as `LINEHOUSE_AIRFLOW__SECTION__OPTION`.
"""

import os
import sys

from linehouse.runtime.airflow import environment
from linehouse.runtime.layout import Layout
from linehouse.settings import get_settings


def main(command: list[str]) -> None:
    """Become `command`."""
    settings = get_settings()
    layout = Layout(settings.home)
    layout.make()
    variables = environment(settings, layout)
    os.environ["PATH"] = variables["PATH"]
    os.execvpe(command[0], command, variables)


if __name__ == "__main__":
    main(sys.argv[1:])

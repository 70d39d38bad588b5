"""One package per upstream that the simulator speaks for, its paths in `routes.py`."""

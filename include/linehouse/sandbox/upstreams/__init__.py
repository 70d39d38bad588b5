"""One module per upstream that the simulator speaks for."""

"""ESPN, simulated."""

"""SportsBettingDime, simulated."""

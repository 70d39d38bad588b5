"""SportsBettingDime."""

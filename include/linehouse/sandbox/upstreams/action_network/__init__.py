"""Action Network, simulated."""

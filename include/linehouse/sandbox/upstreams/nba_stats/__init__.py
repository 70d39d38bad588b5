"""NBA.com, simulated."""

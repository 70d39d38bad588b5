"""VSiN, simulated."""

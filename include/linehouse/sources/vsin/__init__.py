"""VSiN."""

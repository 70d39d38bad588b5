"""Action Network."""

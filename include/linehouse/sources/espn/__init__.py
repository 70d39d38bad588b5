"""ESPN."""

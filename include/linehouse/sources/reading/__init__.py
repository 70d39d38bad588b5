"""What several sources read in the same way."""

"""Pure mathematics of betting: no database, no clock, no network."""

"""One file per strategy: a market view in, proposed bets out. None of them reads a database."""

"""Records that somebody claims, examined: what so many bets can show, and what they cannot."""

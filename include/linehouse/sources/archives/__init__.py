"""Files that others kept: season workbooks, official results, captures of The Odds API."""

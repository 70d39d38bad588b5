"""Season workbooks of Sportsbook Reviews Online."""

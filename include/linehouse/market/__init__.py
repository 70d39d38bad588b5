"""The market as it stood at moments: what strategies see, live and in backtests. No results."""

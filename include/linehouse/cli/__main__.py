"""`python -m linehouse.cli`, where the console command is not installed."""

from linehouse.cli import main

main()

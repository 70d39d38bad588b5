"""NBA.com."""

"""The upstream simulator: it speaks the sources' HTTP contracts about a league whose truth is
known to tests alone."""

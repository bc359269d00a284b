"""CAP 1.2 files read in."""

"""CAP 1.2 files written and signed."""

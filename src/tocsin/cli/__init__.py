"""Top floor: the command line."""

"""A message given on the command line."""

"""A report kept on a telephone until there was a network."""

"""The protection matrix of the week, ready for an A3 printer."""

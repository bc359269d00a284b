"""Calls that were not meant to be answered: somebody rings the bell."""

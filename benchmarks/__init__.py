"""Measurements on real data; see ``benchmarks/__main__.py``."""

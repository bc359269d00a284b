"""Indicators: each reads the incident stream of an area and states one figure."""

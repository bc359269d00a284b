"""Tocsin: from a village's message to a decision, and back to the lesson."""

__version__ = "0.2.0"

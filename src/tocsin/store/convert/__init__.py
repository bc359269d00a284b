"""Translators between rows and core values; the only ones."""

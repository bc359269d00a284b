"""Telegram by a bot of the mission."""

"""Somebody comes to the gate and tells."""

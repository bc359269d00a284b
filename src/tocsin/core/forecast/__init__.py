"""What may come next, and what has changed: forecasts, surges, and how far either may be believed."""

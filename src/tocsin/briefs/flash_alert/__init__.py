"""One alert on one page."""

"""What cannot be covered, why, and what would change it, on one page."""

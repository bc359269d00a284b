"""What we learned: warned against happened, and lesson records."""

"""Who said what: reading, grading and corroborating reports."""

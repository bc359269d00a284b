"""The note on the rate of response."""

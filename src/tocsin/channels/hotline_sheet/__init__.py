"""The call sheet of a hotline."""

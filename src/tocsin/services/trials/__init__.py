"""Try the methods on open data, without a mission: read a file, walk forward in time, say how good they are."""

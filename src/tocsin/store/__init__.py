"""First floor: keeps. The one Django app with tables; everything else reaches it through queries and writes."""

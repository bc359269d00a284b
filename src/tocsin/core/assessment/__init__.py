"""How bad: threat, vulnerability, imminence and the protection matrix."""

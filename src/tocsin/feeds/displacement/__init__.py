"""How many people are displaced, from UNHCR, IDMC and the camp lists of FLEE."""

"""How many people live where, from GeoNames or a table of one's own."""

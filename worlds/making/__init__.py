"""How the world Ardenya is made: facts that are fixed, and luck that comes from one seed."""

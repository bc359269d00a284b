"""Events of organised violence, from the Uppsala Conflict Data Program (UCDP GED)."""

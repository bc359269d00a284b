"""Who goes where: reach, coverage and the honest gap."""

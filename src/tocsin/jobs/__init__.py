"""Top floor: the worker. One loop that claims rows; there is no broker."""

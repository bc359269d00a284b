"""The outlook of one mission, from its own ledger: surges, chances of the next four weeks, silence, and how good all that was."""

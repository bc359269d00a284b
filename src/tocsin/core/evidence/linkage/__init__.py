"""Which reports of different sources tell of one event: pairs weighed field by field, then put together.

Nothing is deleted and nothing is hidden by a link; a person can undo each.
"""

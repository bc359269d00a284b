"""More than usual, here, now: scans and alarms over counts, each with its chance of being noise."""

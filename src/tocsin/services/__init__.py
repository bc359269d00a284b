"""Second floor: acts. One module a stage; each function is one verb in one transaction."""

"""SMS from a gateway over HTTP."""

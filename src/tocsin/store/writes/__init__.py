"""All inserts, updates and claims. Each runs inside the transaction of the service that calls it."""

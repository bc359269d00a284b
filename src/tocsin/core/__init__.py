"""The ground floor: thinks, and touches nothing. No framework, clock, network or file."""

"""Planners: each takes an allocation problem and answers with assignments and what stays uncovered."""

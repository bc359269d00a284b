"""Whom to wake: triggers, levels, recipients and escalation."""

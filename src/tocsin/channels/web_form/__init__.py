"""The public form, without an account."""

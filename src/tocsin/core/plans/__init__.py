"""Who does what: options, decisions and tasks."""

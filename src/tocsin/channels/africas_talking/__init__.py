"""Short messages by Africa's Talking."""

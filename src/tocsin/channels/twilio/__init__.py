"""Short messages and WhatsApp by Twilio."""

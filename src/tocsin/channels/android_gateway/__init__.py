"""A telephone with an app that passes its short messages on."""

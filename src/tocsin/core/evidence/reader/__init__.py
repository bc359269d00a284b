"""The parts of reading one message: words, moments, numbers, places, actors, events, flags."""

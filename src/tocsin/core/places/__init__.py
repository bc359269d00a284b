"""Where: places, names, roads and how long it takes to get there."""

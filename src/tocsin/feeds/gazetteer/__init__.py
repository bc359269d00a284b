"""Named places, health facilities and administrative areas, from open gazetteers."""

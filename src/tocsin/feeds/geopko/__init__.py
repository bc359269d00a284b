"""Where UN peacekeepers were deployed, map by map, from the Geo-PKO dataset."""

"""Top floor: shows. Pages, the API and the event stream."""

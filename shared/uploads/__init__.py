"""Files of trips in bulk: what they look like, how far each has been read, what came of it."""

"""Paint trips once more for a season or a festival."""

"""Count by hours and days what jobs came to, so that reading it costs little."""

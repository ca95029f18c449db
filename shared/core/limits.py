"""What a trip and an order may say at most: the interface keeps to it, and forms tell it."""

from __future__ import annotations

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_MINUTES = 60 * 24 * 366
MOST_KILOMETRES = 100_000
MOST_CITIES = 30
# Characters of a trip's texts.
LONGEST = {"mood": 16, "caption": 200, "team": 60, "weather": 60}
LARGEST_SEED = 2**31 - 1

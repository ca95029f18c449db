"""Keep what the platform gave up on, where an operator finds it."""

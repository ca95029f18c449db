"""The studio in a real browser, before a local stack of its own: for its tests and its pictures."""

"""Campaigns by hand: plan, start, pause, resume, stop, look; instances for planned peaks."""

"""Seasons and festivals: when trips are painted once more, which, and how they look then."""

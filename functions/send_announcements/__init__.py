"""Deliver the announcements that are due."""

"""DELETE /v1/me: erase everything of a driver."""

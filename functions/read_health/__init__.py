"""GET /v1/health: how the service does, now and by hours and days."""

"""GET /v1/wall: all posters of a tenant, newest first."""

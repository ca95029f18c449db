"""GET /v1/jobs: a driver's own posters, newest first."""

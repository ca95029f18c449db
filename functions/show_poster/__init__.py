"""GET /v1/posters/{id}: the stable address of a shared poster."""

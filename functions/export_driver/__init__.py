"""GET /v1/me/export: everything that is stored of a driver, as a file."""

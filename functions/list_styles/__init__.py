"""GET /v1/styles: the looks that a driver may choose."""

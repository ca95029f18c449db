"""GET /v1/erasures/{id}: how far an erasure is, and its receipt."""

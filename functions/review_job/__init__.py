"""POST /v1/jobs/{id}/review: a person decides what becomes of a poster."""

"""POST /v1/jobs/{id}/cancel: end an open job, and say what became of its GPU work."""

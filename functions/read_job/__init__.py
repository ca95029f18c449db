"""GET /v1/jobs/{id}: where a job stands, and links to its poster."""

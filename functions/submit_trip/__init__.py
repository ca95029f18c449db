"""POST /v1/trips: accept a trip, record its job, start painting."""

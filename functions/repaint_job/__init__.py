"""POST /v1/jobs/{id}/repaint: another poster of the same trip."""

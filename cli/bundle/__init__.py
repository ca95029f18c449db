"""Build what is deployed: one zip for each Python, the same bytes each time, and checked."""

"""A release under load: two versions write the same jobs, one is taken back, one does not start."""

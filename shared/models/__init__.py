"""The models that the provider offers: a dated list in `deploy/models.json`."""

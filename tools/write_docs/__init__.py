"""Writes the generated parts of docs/ from s.yaml, the settings and the models."""

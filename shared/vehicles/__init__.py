"""Vehicles: the catalogue, the sidecar of a render, and freezing a render into its size ladder."""

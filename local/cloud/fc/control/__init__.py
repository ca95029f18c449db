"""FC 3.0's control API (2023-03-30): what is deployed, and read back as functions."""

"""The library below the functions; see docs/architecture.md for what may import what."""

"""The library below the functions; who may import whom: docs/explanation/architecture.md."""

"""One folder per function: `handler.py` is the edge, `use_case.py` decides, `schema.py` models."""

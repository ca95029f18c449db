"""Measures on finished posters, independent of the code that made them."""

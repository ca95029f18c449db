"""What hypothesis draws, in every test."""

from __future__ import annotations

from hypothesis import settings

# The same examples each time: a change is judged by what it changes, not by its luck.
# `make explore` draws others.
settings.register_profile("same", derandomize=True)
settings.register_profile("others", derandomize=False, print_blob=True)
settings.load_profile("same")

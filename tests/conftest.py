"""What holds for every test: how many processes share them, and what hypothesis draws."""

from __future__ import annotations

import os

from hypothesis import settings

# The same examples each time: a change is judged by what it changes, not by its luck.
# `make explore` draws others, and more.
settings.register_profile("same", derandomize=True, max_examples=40)
settings.register_profile("others", derandomize=False, print_blob=True)
settings.load_profile("same")


def pytest_xdist_auto_num_workers() -> int:
    """Return one process more than there are processors: journeys wait much of their time."""
    return (os.cpu_count() or 1) + 1

"""What holds for every test: how they are dealt out to processes, and what hypothesis draws."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# The same examples each time: a change is judged by what it changes, not by its luck.
# `make explore` draws others.
settings.register_profile("same", derandomize=True)
settings.register_profile("others", derandomize=False, print_blob=True)
settings.load_profile("same")

_HERE = Path(__file__).parent
# Folders whose tests look at one and the same run.
_TOGETHER = ("operations",)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file in one process, and those of some folders."""
    for item in items:
        place = item.path.relative_to(_HERE)
        group = place.parts[0] if place.parts[0] in _TOGETHER else place.as_posix()
        item.add_marker(pytest.mark.xdist_group(group))

"""`--write-golden` writes the golden files anew instead of comparing with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def pytest_addoption(parser: pytest.Parser) -> None:
    """Know the option; only there when this folder is named on the command line."""
    parser.addoption("--write-golden", action="store_true", help="write the golden files anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """Return a comparison of bytes with the golden file of a name."""

    def compare(name: str, data: bytes) -> None:
        path = Path(__file__).parent / name
        if request.config.getoption("--write-golden", default=False):
            path.write_bytes(data)
        assert path.read_bytes() == data

    return compare

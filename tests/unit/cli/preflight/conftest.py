"""A configuration that is fit to go live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.cli.preflight import case

if TYPE_CHECKING:
    from tests.unit.cli.preflight.case import Services


@pytest.fixture(scope="session")
def well(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return a shell in which all is well; copy it to change it."""
    return case.shell(case.keys(tmp_path_factory.mktemp("keys")))


@pytest.fixture
def services() -> Services:
    """Return services that all answer well, with a mount that has been filled."""
    return case.furnished(case.Services())

"""A configuration that is fit to go live."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest

from cli.preflight import world
from local.cloud.fc.spec import Stack, load_stack
from tests.unit.cli.preflight import case

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.unit.cli.preflight.case import Services


@pytest.fixture(scope="session")
def well(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return a shell in which all is well; copy it to change it."""
    return case.shell(case.keys(tmp_path_factory.mktemp("keys")))


@pytest.fixture
def services() -> Services:
    """Return services that all answer well, with a mount that has been filled."""
    return case.furnished(case.Services())


@pytest.fixture(autouse=True)
def _stack_file_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the same bytes with the same shell once: what comes of it is frozen."""

    def kept(path: Path, shell: Mapping[str, str]) -> Stack:
        data = path.read_bytes() if path.is_file() else b""
        return _read(path, data, frozenset(shell.items()))

    monkeypatch.setattr(world, "load_stack", kept)


@functools.cache
def _read(path: Path, _data: bytes, shell: frozenset[tuple[str, str]]) -> Stack:
    return load_stack(path, dict(shell))

"""A fresh world for every test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from tests.unit.functions.dying import keep_posters
from tests.unit.functions.reviewing import waiting
from tests.unit.functions.trials import keep_trials
from tests.unit.functions.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from structlog.typing import EventDict


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    """Return a world that announces as ANNOUNCE_MODE of the module says, else without reviews."""
    return World(tmp_path, announce_mode=getattr(request.module, "ANNOUNCE_MODE", "automatic"))


@pytest.fixture
def job_id(world: World) -> str:
    """Return a job whose good poster waits for a reviewer."""
    return waiting(world).job_id


@pytest.fixture
def kept_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Examine and try the same renders once for all tests that ask for this."""
    keep_trials(monkeypatch)


@pytest.fixture
def kept_posters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make posters of the same files once for all tests that ask for this."""
    keep_posters(monkeypatch)


@pytest.fixture
def log_lines() -> Iterator[list[EventDict]]:
    with capture_logs() as lines:
        yield lines

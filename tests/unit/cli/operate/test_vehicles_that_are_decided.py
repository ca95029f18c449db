"""A version is approved or refused; what cannot be is answered with the whole next command."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from cli.operate.ports import Ports
from shared.vehicles import register
from shared.vehicles.catalogue import VehicleEntry
from shared.vehicles.sidecar import Titles
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.poster import poster
from tests.unit.announcements.desk import Desk

_ONE = VehicleEntry(
    model="citycar",
    generation="g1",
    paint="black",
    version="0123456789ab",
    titles=Titles(zh="城市轿车", en="Citycar"),
)


@pytest.mark.parametrize(
    ("line", "words", "then"),
    [
        ("approve X", "there is no vehicle X", "vehicles list --data there"),
        ("recall X --reason y --dry-run", "there is no vehicle X", "vehicles list --data there"),
        (
            f"refuse {_ONE.reference}",
            "is offered; only a recall takes it back",
            f"vehicles recall {_ONE.reference} --reason 'old badge' --data there",
        ),
    ],
)
def test_the_next_command_is_whole_and_works_on_the_same_stack(
    line: str, words: str, then: str
) -> None:
    desk, mount = Desk(), FakeObjectStore()
    now = datetime(2026, 11, 23, tzinfo=timezone.utc)
    register.enter(_ONE, uploaded_at=now, offered=True, mount=mount)
    ports = Ports(desk.jobs, desk.state, desk.clock, mount)

    status, text = poster("vehicles", *line.split(), "--data", "there", given=ports)

    assert (status, words in text) == (1, True), text
    assert text.endswith(f"see: poster {then}\n")

"""Kill points of count_jobs: whatever dies, the next run counts all that there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from functions.count_jobs.use_case import count_jobs
from shared.core.models import known
from shared.jobs.tallies import Month, day_of, month_key
from shared.jobs.wall import tenant_folder
from tests.unit.functions.dying import keep_posters, wrong_after_deaths

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.functions.killable import KillableWorld


@pytest.fixture(autouse=True)
def _each_poster_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_posters(monkeypatch)


def counted(world: KillableWorld) -> str:
    """Have a poster made, and the timer tick twice behind it."""
    found: list[str] = []
    world.insist(lambda: found.append(world.submit(key="one").job_id))
    world.run_until_quiet()
    for _ in range(2):
        world.clock.advance(600)
        world.process(lambda: count_jobs(seconds=60, state=world.state, clock=world.clock))
    return found[-1]


JOURNEYS = (counted,)


def _check(world: KillableWorld, job_id: str) -> None:
    ended = world.record(job_id).history[-1].at
    key = month_key(tenant_folder("maker"), day_of(ended))
    month = known(Month, world.state.get(key)) or Month()
    assert month.days[day_of(ended)].made == 1


@pytest.mark.slow
def test_a_process_that_dies_at_any_effect_leaves_the_day_counted(tmp_path: Path) -> None:
    assert wrong_after_deaths(counted, _check, tmp_path) == []

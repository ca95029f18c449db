"""Kill points of a job whose first picture the gate does not let pass: never that one is shown."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from functions.store_result import use_case
from shared.core import ids
from shared.core.errors import UpstreamUnavailableError
from shared.jobs.record import JobStatus
from tests.unit.functions.dying import keep_posters, wrong_after_deaths

if TYPE_CHECKING:
    from pathlib import Path

    from functions.store_result.poster import Poster
    from shared.jobs.record import JobRecord
    from tests.unit.functions.killable import KillableWorld


@pytest.fixture(autouse=True)
def _the_gate_refuses_first_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_posters(monkeypatch)
    kept = vars(use_case)["make_poster"]

    def make(record: JobRecord, **ports: Any) -> Poster:
        poster: Poster = kept(record, **ports)
        if record.attempt > 1:
            return poster
        return replace(poster, verdict=replace(poster.verdict, failures=("drawn",)))

    monkeypatch.setattr(use_case, "make_poster", make)


def turned_down(world: KillableWorld) -> str:
    """Have the first picture refused, and its end told once more when the next is on its way."""
    found: list[str] = []
    world.insist(lambda: found.append(world.submit(key="one").job_id))
    job_id = found[-1]
    first = ids.task_id(job_id, 1)
    world.paint(job_id)
    world.scene(job_id)
    for task in list(world.queue.waiting):
        world.render(task.task_id)
        world.process(lambda: world.notice(first))
    # What the runs before have not left, the platform gives up on.
    with contextlib.suppress(UpstreamUnavailableError):
        world.store(first)
        world.paint(job_id)
        world.scene(job_id)
    world.drain()
    return job_id


JOURNEYS = (turned_down,)


def _check(world: KillableWorld, job_id: str) -> None:
    record = world.record(job_id)
    assert record.status is JobStatus.SUCCEEDED
    assert record.attempt > 1
    # A first task that was never posted has left nothing to turn down.
    assert record.turned_down in {(1,), ()}
    assert record.result is not None
    assert record.result.failures == ()
    assert world.state.keys("open/") == []
    assert world.gpu_runs <= 3


@pytest.mark.slow
def test_a_process_that_dies_at_any_effect_leaves_another_picture(tmp_path: Path) -> None:
    assert wrong_after_deaths(turned_down, _check, tmp_path) == []

"""What deploy/prices.json assumes of requests is what jobs, attempts, polls and timers take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.jobs.record import JobStatus
from shared.models.prices import read_prices
from tests.unit.cli.cost.counted import a_world

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.functions.world import World

ASSUMED = read_prices().assumed


def _rendered_and_stored(world: World, counts: Counter[str], job_id: str) -> None:
    world.paint(job_id)
    task = world.scene(job_id).task_id
    before = counts.copy()
    world.render(task)
    # The GPU service's own requests, through its mount.
    counts.clear()
    counts.update(before)
    world.notice(task)
    world.drain()
    assert world.store(task).status is JobStatus.SUCCEEDED


def _spent(folder: Path, *, failures: int) -> Counter[str]:
    world, counts = a_world(folder)
    job_id = world.submit().job_id
    for _ in range(failures):
        world.paint(job_id)
        task = world.scene(job_id).task_id
        world.queue.finish(task, b"boom", code=500)
        world.drain()
        world.store(task)
    _rendered_and_stored(world, counts, job_id)
    return counts


@pytest.mark.parametrize(
    ("kind", "assumed"),
    [
        ("writes", ASSUMED.oss_writes),
        ("reads", ASSUMED.oss_reads),
    ],
)
@pytest.mark.slow
def test_a_job_and_each_of_its_attempts(tmp_path: Path, kind: str, assumed: object) -> None:
    one = _spent(tmp_path / "one", failures=0)[kind]
    two = _spent(tmp_path / "two", failures=1)[kind]
    taken = {"job": one - (two - one), "attempt": two - one}
    for name, count in taken.items():
        assert count == pytest.approx(getattr(assumed, name), abs=3), taken


def test_a_poll(tmp_path: Path) -> None:
    world, counts = a_world(tmp_path)
    job_id = world.submit().job_id
    counts.clear()
    world.read(job_id)
    assert counts["writes"] <= ASSUMED.oss_writes.poll + 1
    assert counts["reads"] == ASSUMED.oss_reads.poll


def test_timers_with_nothing_to_do(tmp_path: Path) -> None:
    world, counts = a_world(tmp_path)
    world.sweep()
    runs: dict[str, Callable[[], object]] = {
        "sweep_jobs": world.sweep,
        "drain_queue": world.drain,
    }
    for name, run in runs.items():
        counts.clear()
        run()
        assert counts["writes"] == ASSUMED.idle_writes_of[name]
        assert counts["reads"] == ASSUMED.idle_reads_of[name]

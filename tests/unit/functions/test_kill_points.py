"""Kill points: the process dies just before or just after each effect, and the job ends right.

Each journey is first run to count its effects, then once for each effect and side of it. What
the dead process had not done, nobody repeats for it: the sweeper and the drain bring it home.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING

import pytest

from shared.core import ids
from shared.core.errors import AmbiguousPostError, UpstreamUnavailableError
from shared.jobs.record import JobStatus
from tests.unit.functions.dying import keep_posters, wrong_after_deaths
from tests.unit.functions.killable import Fuse, KillableWorld, deaths
from tests.unit.functions.world import GRACE_SECONDS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.functions.dying import Journey


@pytest.fixture(autouse=True)
def _each_poster_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_posters(monkeypatch)


def _submitted(world: KillableWorld) -> str:
    found: list[str] = []
    world.insist(lambda: found.append(world.submit(key="one").job_id))
    return found[-1]


def _queued(world: KillableWorld) -> str:
    job_id = _submitted(world)
    world.paint(job_id)
    world.scene(job_id)
    return job_id


def straight(world: KillableWorld) -> str:
    job_id = _queued(world)
    for task in list(world.queue.waiting):
        world.render(task.task_id)
        world.process(functools.partial(world.notice, task.task_id))
        world.store(task.task_id)
    return job_id


def a_task_fails(world: KillableWorld) -> str:
    job_id = _queued(world)
    for task in list(world.queue.waiting):
        world.queue.finish(task.task_id, b"boom", code=500)
    world.drain()
    world.store(ids.task_id(job_id, 1))
    return job_id


def a_post_is_refused(world: KillableWorld) -> str:
    world.queue.fail("submit", UpstreamUnavailableError("450"))
    job_id = _submitted(world)
    world.paint(job_id)
    with pytest.raises(UpstreamUnavailableError) if not world.fuse.at else _whatever():
        world.scene(job_id)
    return job_id


def a_post_is_ambiguous(world: KillableWorld) -> str:
    world.queue.fail("submit", AmbiguousPostError("timeout"), after=True)
    return _queued(world)


def a_post_is_lost(world: KillableWorld) -> str:
    world.queue.fail("submit", AmbiguousPostError("timeout"))
    return _queued(world)


def a_task_vanishes(world: KillableWorld) -> str:
    job_id = _queued(world)
    world.queue.waiting.clear()
    return job_id


def everything_is_lost(world: KillableWorld) -> str:
    job_id = _submitted(world)
    world.invoker.lose()
    return job_id


def the_platform_gives_up(world: KillableWorld) -> str:
    job_id = _submitted(world)
    world.invoker.lose()
    world.process(lambda: world.give_up(json.dumps({"job_id": job_id})))
    return job_id


def an_output_is_late(world: KillableWorld) -> str:
    job_id = _queued(world)
    for task in list(world.queue.waiting):
        world.queue.finish(task.task_id, b'[{"9": {}}]')
    world.drain()
    world.clock.advance(GRACE_SECONDS)
    return job_id


def a_host_calls_back(world: KillableWorld) -> str:
    job_id = _queued(world)
    for task in list(world.queue.waiting):
        world.render(task.task_id)
        world.queue.sink.clear()
        world.process(functools.partial(world.call_back, task.task_id))
    return job_id


def cancelled(world: KillableWorld) -> str:
    job_id = _queued(world)
    world.insist(lambda: world.cancel(job_id))
    return job_id


def cancelled_by_an_app_that_gives_up(world: KillableWorld) -> str:
    job_id = _queued(world)
    world.process(lambda: world.cancel(job_id))
    return job_id


def out_of_time(world: KillableWorld) -> str:
    job_id = _queued(world)
    world.has_gpu = False
    world.clock.advance(31 * 60)
    return job_id


class _whatever:  # noqa: N801 - reads as a word beside pytest.raises
    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        return isinstance(error, UpstreamUnavailableError)


S = JobStatus
# What each journey may end as, and how many GPU runs it may take.
JOURNEYS: dict[Journey, tuple[set[JobStatus], int]] = {
    straight: ({S.SUCCEEDED}, 2),
    a_task_fails: ({S.SUCCEEDED}, 2),
    a_post_is_refused: ({S.SUCCEEDED}, 2),
    a_post_is_ambiguous: ({S.SUCCEEDED}, 2),
    a_post_is_lost: ({S.SUCCEEDED}, 2),
    a_task_vanishes: ({S.SUCCEEDED}, 2),
    everything_is_lost: ({S.SUCCEEDED}, 2),
    the_platform_gives_up: ({S.SUCCEEDED}, 2),
    an_output_is_late: ({S.SUCCEEDED}, 2),
    a_host_calls_back: ({S.SUCCEEDED}, 2),
    cancelled: ({S.CANCELLED}, 1),
    cancelled_by_an_app_that_gives_up: ({S.CANCELLED, S.SUCCEEDED}, 2),
    out_of_time: ({S.FAILED}, 0),
}


def _check(journey: Journey, world: KillableWorld, job_id: str) -> None:
    record, (endings, runs) = world.record(job_id), JOURNEYS[journey]
    assert record.status in endings
    assert [step.status.is_closed for step in record.history].count(True) == 1
    folders = {key.rpartition("/")[0] for key in world.state.keys("results/")}
    assert len(folders) == (record.status is S.SUCCEEDED)
    assert world.state.keys("open/") == []
    assert world.state.keys("late/") == []
    assert world.queue.waiting == []
    assert world.gpu_runs <= runs
    # A run that dies between the order and its ticket has another plate ordered.
    assert len(world.scenes.orders) <= runs + 1
    told = [key for key in world.state.keys("announced/") if job_id in key]
    assert len(told) == (record.status is S.FAILED)


# Every run of the suite takes this one; `make test-long` takes all.
_ALWAYS = {straight}
_JOURNEYS = [
    pytest.param(journey, id=journey.__name__, marks=[] if journey in _ALWAYS else pytest.mark.slow)
    for journey in JOURNEYS
]


@pytest.mark.parametrize("journey", _JOURNEYS)
def test_a_process_that_dies_at_any_effect_leaves_a_job_that_ends_right(
    tmp_path: Path, journey: Journey
) -> None:
    check = functools.partial(_check, journey)
    assert wrong_after_deaths(journey, check, tmp_path) == []


def test_a_submit_that_dies_and_is_not_repeated_leaves_a_job_or_nothing(tmp_path: Path) -> None:
    whole = Fuse()
    world = KillableWorld(tmp_path / "whole", whole)
    world.process(lambda: world.submit(key="one"))
    assert whole.count >= 4
    for world in deaths(tmp_path, whole.count):
        assert not world.process(functools.partial(world.submit, key="one"))
        world.run_until_quiet()
        records = world.state.keys("jobs/")
        ended = [json.loads(world.state.objects[key].data)["status"] for key in records[-1:]]
        assert ended in ([], ["succeeded"])

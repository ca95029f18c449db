"""Kill points of a driver's own posters: sharing, repainting and, above all, erasing."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING

import pytest

from shared.core import ids
from shared.jobs.record import JobStatus
from tests.unit.functions.dying import keep_posters, wrong_after_deaths
from tests.unit.functions.own_posters import Owner, finished, left_of
from tests.unit.functions.world import sample_trip

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shared.jobs.erasures import Receipt
    from tests.unit.functions.dying import Check, Journey
    from tests.unit.functions.killable import KillableWorld


@pytest.fixture(autouse=True)
def _each_poster_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_posters(monkeypatch)


def _settle(world: KillableWorld, owner: Owner, ask: Callable[[], Receipt]) -> None:
    """Ask for an erasure as one who insists, and let everything run until it is done."""
    asked: list[Receipt] = []
    world.insist(lambda: asked.append(ask()))
    world.invoker.handlers["run_erasure"] = lambda order: world.process(
        lambda: owner.carry_out(order["erasure_id"])
    )
    for _ in range(90):
        world.step()
        world.tell(minutes=1)
        done = owner.receipt(asked[-1].erasure_id).status == "done"
        if done and not world.state.keys("erasing/") and not world.state.keys("open/"):
            return
    left = world.state.keys("open/") + world.state.keys("erasing")
    msg = f"the erasure is not done, and there is: {left}"
    raise AssertionError(msg)


def erased(world: KillableWorld) -> str:
    """Erase a poster that others were told of."""
    job = finished(world, share=True, caption="暗号甲")
    world.tell(minutes=2)
    owner = Owner(world)
    _settle(world, owner, lambda: owner.erase(job.job_id))
    return job.job_id


def erased_while_painted(world: KillableWorld) -> str:
    """Erase a job whose task waits for a GPU."""
    job = finished(world, status="queued", caption="暗号甲")
    world.queue.submit(job.task_id, b"{}", tags={}, urgent=False)
    owner = Owner(world)
    _settle(world, owner, lambda: owner.erase(job.job_id))
    return job.job_id


def all_erased(world: KillableWorld) -> str:
    """Erase everything of a driver: two posters, and a trip just accepted."""
    job = finished(world, share=True, caption="暗号甲")
    finished(world, status="failed", distance_km=2.0)
    world.submit(sample_trip(caption="暗号乙", distance_km=3))
    world.tell(minutes=2)
    owner = Owner(world)
    _settle(world, owner, owner.erase_all)
    return job.job_id


def shared_and_taken_back(world: KillableWorld) -> str:
    """Share a poster, take it back, share it again."""
    job_id, owner = finished(world).job_id, Owner(world)
    for to in (True, False, True):
        world.insist(functools.partial(owner.share, job_id, to=to))
        world.run_until_quiet()
        world.tell(minutes=4)
    return job_id


def repainted(world: KillableWorld) -> str:
    """Have another poster made."""
    source, owner = finished(world, status="failed"), Owner(world)
    found: list[str] = []
    world.insist(lambda: found.append(owner.repaint(source.job_id, seed=5).job_id))
    return found[-1]


def _nothing_is_left(world: KillableWorld, job_id: str, *, told: set[str], posters: int) -> None:
    jobs = {key.split("/")[1] for key in world.state.keys("jobs/")}
    assert {world.record(each).status for each in jobs} == {JobStatus.ERASED}
    assert [left_of(world, each) for each in jobs] == [[]] * len(jobs)
    everything = [each.data for each in (*world.state.objects.values(),)]
    assert not [data for data in everything if "暗号".encode() in data or "湖州".encode() in data]
    assert world.state.keys("drivers/") == world.state.keys("erasing") == []
    assert world.queue.waiting == []
    taken = {message.message_id for message in world.announcer.taken}
    assert {each.removeprefix(f"{job_id}-1-") for each in taken if job_id in each} == told
    receipts = [json.loads(world.state.objects[k].data) for k in world.state.keys("erasures/")]
    assert sum(each["counts"]["posters"] for each in receipts) == posters
    assert {each["status"] for each in receipts} == {"done"}


def _shares_are_told(world: KillableWorld, job_id: str) -> None:
    taken = [message.message_id for message in world.announcer.taken]
    told = list(dict.fromkeys(taken))
    stem = f"{job_id}-1-"
    assert told == [f"{stem}ready", f"{stem}withdrawn-2", f"{stem}ready-3"]
    assert len(taken) <= len(told) + 1
    assert world.state.keys("outbox/") == world.state.keys("open/") == []


def _is_painted(world: KillableWorld, job_id: str) -> None:
    assert world.record(job_id).status is JobStatus.SUCCEEDED
    folders = {key.split("/")[2] for key in world.state.keys(ids.results_prefix(job_id))}
    assert len(folders) == 1
    assert len({key.split("/")[2] for key in world.state.keys("drivers/")}) == 2


JOURNEYS: dict[Journey, Check] = {
    erased: functools.partial(_nothing_is_left, told={"ready", "withdrawn"}, posters=1),
    erased_while_painted: functools.partial(_nothing_is_left, told=set(), posters=1),
    all_erased: functools.partial(_nothing_is_left, told={"ready", "withdrawn"}, posters=3),
    shared_and_taken_back: _shares_are_told,
    repainted: _is_painted,
}
_ALWAYS = {shared_and_taken_back}


@pytest.mark.parametrize(
    "journey",
    [
        pytest.param(each, id=each.__name__, marks=[] if each in _ALWAYS else pytest.mark.slow)
        for each in JOURNEYS
    ],
)
@pytest.mark.slow
def test_a_death_anywhere_changes_nothing_of_how_it_ends(journey: Journey, tmp_path: Path) -> None:
    assert wrong_after_deaths(journey, JOURNEYS[journey], tmp_path) == []

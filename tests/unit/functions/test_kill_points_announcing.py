"""Kill points of send_announcements: whatever dies, others are told, always the same."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest

from shared.jobs.shares import withdraw
from shared.ports import Receipt
from tests.unit.functions.dying import keep_posters, wrong_after_deaths
from tests.unit.functions.world import sample_trip

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.functions.dying import Journey
    from tests.unit.functions.killable import KillableWorld


@pytest.fixture(autouse=True)
def _each_poster_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_posters(monkeypatch)


def _shared(world: KillableWorld) -> str:
    """Return a job that has ended with a poster others may see."""
    found: list[str] = []
    trip = sample_trip(share=True)
    world.insist(lambda: found.append(world.submit(trip, key="shared").job_id))
    world.run_until_quiet()
    return found[-1]


def delivered(world: KillableWorld) -> str:
    job_id = _shared(world)
    world.tell(minutes=10)
    return job_id


def delivered_late(world: KillableWorld) -> str:
    job_id = _shared(world)
    world.announcer.answer(Receipt(500), Receipt(429))
    world.tell(minutes=60)
    return job_id


def the_endpoint_is_gone(world: KillableWorld) -> str:
    job_id = _shared(world)
    world.announcer.answer(Receipt(410), Receipt(410))
    world.tell(minutes=10)
    return job_id


def withdrawn(world: KillableWorld) -> str:
    job_id = _shared(world)
    world.tell(minutes=10)
    world.insist(lambda: withdraw(job_id, jobs=world.jobs, clock=world.clock))
    world.tell(minutes=10)
    return job_id


# What each journey has the community told of, and what is kept of messages nobody took.
JOURNEYS: dict[Journey, tuple[set[str], set[str]]] = {
    delivered: ({"ready"}, set()),
    delivered_late: ({"ready"}, set()),
    the_endpoint_is_gone: (set(), {"ready"}),
    withdrawn: ({"ready", "withdrawn"}, set()),
}


def _check(journey: Journey, world: KillableWorld, job_id: str) -> None:
    told, kept = JOURNEYS[journey]
    taken = [message.message_id for message in world.announcer.taken]
    bodies = {(message.message_id, message.body) for message in world.announcer.tries}
    dead = {key.rpartition("-")[2] for key in world.state.keys("dead/announcements/")}
    assert {each.rpartition("-")[2] for each in taken} == told
    assert len(taken) <= len(told) + 1
    assert len(bodies) == len({message_id for message_id, _ in bodies})
    assert dead == {f"{each}.json" for each in kept}
    assert world.state.keys("outbox/") == world.state.keys("open/") == []
    assert all(job_id in each for each in taken)


@pytest.mark.slow
@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.__name__)
def test_a_process_that_dies_at_any_effect_leaves_nobody_told_two_things_or_nothing(
    tmp_path: Path, journey: Journey
) -> None:
    check = functools.partial(_check, journey)
    assert wrong_after_deaths(journey, check, tmp_path) == []

"""Kill points of review_job: whatever dies, the reviewer's decision is carried out once."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest

from shared.jobs.record import JobStatus
from tests.unit.functions.dying import keep_posters, wrong_after_deaths
from tests.unit.functions.world import REVIEW_MINUTES, sample_trip

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.functions.dying import Journey
    from tests.unit.functions.killable import KillableWorld

S = JobStatus


@pytest.fixture(autouse=True)
def _each_poster_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_posters(monkeypatch)


def _waiting(world: KillableWorld) -> str:
    """Return a job whose poster waits for a reviewer, whatever dies on its way there."""
    world.announce_mode = "after_review"
    found: list[str] = []
    trip = sample_trip(share=True)
    world.insist(lambda: found.append(world.submit(trip, key="reviewed").job_id))
    _until_review(world, found[-1], attempt=1)
    return found[-1]


def _until_review(world: KillableWorld, job_id: str, *, attempt: int) -> None:
    for _ in range(90):
        record = world.record(job_id)
        if record.status is S.NEEDS_REVIEW and record.attempt >= attempt:
            return
        world.step()
        world.clock.advance(60)
    msg = f"no reviewer is asked: {world.record(job_id).status}"
    raise AssertionError(msg)


def approved(world: KillableWorld) -> str:
    job_id = _waiting(world)
    world.insist(lambda: world.review(job_id, decision="approve"))
    return job_id


def rejected(world: KillableWorld) -> str:
    job_id = _waiting(world)
    world.insist(lambda: world.review(job_id, decision="reject"))
    return job_id


def repainted(world: KillableWorld) -> str:
    job_id = _waiting(world)
    looked_at = world.record(job_id).attempt
    again = {"decision": "repaint", "seed": 7, "attempt": looked_at}
    world.insist(lambda: world.review(job_id, **again))
    _until_review(world, job_id, attempt=looked_at + 1)
    world.insist(lambda: world.review(job_id, decision="approve"))
    return job_id


def taken_back(world: KillableWorld) -> str:
    job_id = _waiting(world)
    for decision in ("approve", "take_back", "approve"):
        world.insist(functools.partial(world.review, job_id, decision=decision))
        # So that a copy of the first approval is not taken for the second.
        world.clock.advance(1)
    return job_id


def decided_by_a_reviewer_who_gives_up(world: KillableWorld) -> str:
    job_id = _waiting(world)
    world.process(lambda: world.review(job_id, decision="approve"))
    if world.record(job_id).status is S.NEEDS_REVIEW:
        world.clock.advance(REVIEW_MINUTES * 60)
    return job_id


def nobody_looks(world: KillableWorld) -> str:
    job_id = _waiting(world)
    world.clock.advance(REVIEW_MINUTES * 60)
    return job_id


JOURNEYS: dict[Journey, set[JobStatus]] = {
    approved: {S.SUCCEEDED},
    rejected: {S.FAILED},
    repainted: {S.SUCCEEDED},
    taken_back: {S.SUCCEEDED},
    decided_by_a_reviewer_who_gives_up: {S.SUCCEEDED, S.FAILED},
    nobody_looks: {S.FAILED},
}


def _check(journey: Journey, world: KillableWorld, job_id: str) -> None:
    record = world.record(job_id)
    assert record.status in JOURNEYS[journey]
    ends = 2 if journey is taken_back else 1
    assert [step.status.is_closed for step in record.history].count(True) == ends
    decisions: list[str] = [review.decision for review in record.reviews]
    wanted: dict[Journey, list[str]] = {
        approved: ["approve"],
        rejected: ["reject"],
        repainted: ["repaint", "approve"],
        taken_back: ["approve", "take_back", "approve"],
    }
    assert decisions == wanted.get(journey, decisions)
    # What a reviewer has seen is kept with the decision, also what did not pass.
    folders = {f"{key.rpartition('/')[0]}/" for key in world.state.keys("results/")}
    assert record.result is not None
    assert folders == {record.result.folder}
    assert world.state.keys("open/") == []
    told = [key for key in world.state.keys("announced/") if job_id in key]
    if journey is taken_back:
        names = [f"announced/{job_id}-{record.attempt}-{n}" for n in ("ready", "withdrawn")]
        assert told == [names[0], f"{names[0]}-2", names[1]]
        return
    kind = "ready" if record.status is S.SUCCEEDED else "failed"
    assert told == [f"announced/{job_id}-{record.attempt}-{kind}"]


@pytest.mark.slow
@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.__name__)
def test_a_process_that_dies_at_any_effect_leaves_the_decision_carried_out_once(
    tmp_path: Path, journey: Journey
) -> None:
    check = functools.partial(_check, journey)
    assert wrong_after_deaths(journey, check, tmp_path) == []

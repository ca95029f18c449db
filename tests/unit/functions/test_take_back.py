"""A decision is taken back: the poster waits once more, and others are told only what is so."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from functions.sweep_jobs import look
from shared.core.errors import ConflictError
from shared.jobs import closing
from shared.jobs.deadlines import review_ends_at
from shared.jobs.leftovers import remove_losing_results
from shared.jobs.record import JobStatus
from shared.jobs.shares import set_share
from shared.ports import Receipt
from tests.fakes.announcer import FakeAnnouncer
from tests.unit.functions.own_posters import Owner
from tests.unit.functions.reviewing import OTHER, REVIEWER, outbox, review, send, tell, waiting
from tests.unit.functions.world import REVIEW_MINUTES, World, twice_at_once

if TYPE_CHECKING:
    from pathlib import Path

    from shared.jobs.record import JobRecord

pytestmark = pytest.mark.usefixtures("kept_posters")
ANNOUNCE_MODE = "after_review"
S = JobStatus


@pytest.fixture
def announcer() -> FakeAnnouncer:
    return FakeAnnouncer()


def told(announcer: FakeAnnouncer) -> list[str]:
    return [message.message_id for message in announcer.tries]


def announced(world: World, announcer: FakeAnnouncer) -> str:
    """Return a job whose approved poster others have heard of."""
    job_id = waiting(world).job_id
    review(world, job_id, decision="approve")
    tell(world, announcer, minutes=2)
    return job_id


def back(world: World, job_id: str, **more: Any) -> JobRecord:
    return review(world, job_id, decision="take_back", **more)


@pytest.mark.parametrize(("decision", "status"), [("approve", S.SUCCEEDED), ("reject", S.FAILED)])
def test_after_it_the_poster_waits_again_and_may_be_decided_on(
    world: World, job_id: str, decision: str, status: JobStatus
) -> None:
    assert review(world, job_id, decision=decision).status is status

    record = back(world, job_id)

    assert (record.status, record.failure) == (S.NEEDS_REVIEW, None)
    assert [each.decision for each in record.reviews] == [decision, "take_back"]
    assert world.state.keys("open/") == [f"open/{job_id}"]
    assert review(world, job_id, decision="approve").status is S.SUCCEEDED


def test_the_files_stay_and_there_is_as_long_again_to_decide(world: World, job_id: str) -> None:
    files = world.state.keys("results/")
    review(world, job_id, decision="reject")
    remove_losing_results(world.record(job_id), results=world.state)
    world.clock.advance(REVIEW_MINUTES * 60 * 2)

    record = back(world, job_id)

    assert world.state.keys("results/") == files
    assert review_ends_at(record, minutes=9) == world.clock.now() + timedelta(minutes=9)
    world.clock.advance(REVIEW_MINUTES * 60 - 1)
    world.sweep()
    assert world.record(job_id).status is S.NEEDS_REVIEW
    world.clock.advance(600)
    world.sweep()
    assert world.record(job_id).failure is not None


def test_where_the_files_are_gone_it_says_so(world: World, job_id: str) -> None:
    review(world, job_id, decision="approve")
    for key in world.state.keys("results/"):
        world.state.delete(key)

    with pytest.raises(ConflictError, match="files are gone"):
        back(world, job_id)
    assert world.record(job_id).status is S.SUCCEEDED
    assert world.state.keys("open/") == []


def test_undone_within_ten_seconds_nobody_hears_of_anything(
    world: World, job_id: str, announcer: FakeAnnouncer
) -> None:
    for decision in ("approve", "reject"):
        review(world, job_id, decision=decision)
        world.clock.advance(10)
        back(world, job_id)
    tell(world, announcer, minutes=4)

    assert announcer.tries == []
    assert outbox(world) == []


def test_a_decision_is_told_fifteen_seconds_later_at_the_earliest(
    world: World, job_id: str, announcer: FakeAnnouncer
) -> None:
    world.clock.advance((50 - world.clock.now().second) % 60)
    review(world, job_id, decision="approve")
    world.clock.advance(10)
    assert send(world, announcer) == {}, "the next whole minute is less than 15 s away"

    tell(world, announcer)

    assert told(announcer) == [f"{job_id}-1-ready"]


def test_what_others_have_heard_of_is_withdrawn_and_announced_anew(
    world: World, announcer: FakeAnnouncer
) -> None:
    job_id = announced(world, announcer)
    back(world, job_id)
    tell(world, announcer, minutes=2)
    assert told(announcer) == [f"{job_id}-1-ready", f"{job_id}-1-withdrawn"]

    review(world, job_id, decision="approve")
    tell(world, announcer, minutes=2)

    assert told(announcer)[2:] == [f"{job_id}-1-ready-2"]
    times = [each.body.partition(b'"timestamp":"')[2][:24] for each in announcer.tries]
    assert times == sorted(set(times))


def test_an_announcement_that_may_have_arrived_is_withdrawn(
    world: World, job_id: str, announcer: FakeAnnouncer
) -> None:
    review(world, job_id, decision="approve")
    announcer.answer(Receipt(0))
    while not announcer.tries:
        tell(world, announcer)
    back(world, job_id)
    tell(world, announcer, minutes=3)

    assert told(announcer) == [f"{job_id}-1-ready", f"{job_id}-1-withdrawn"]


def test_a_rejection_that_is_undone_and_repeated_is_told_once(
    world: World, job_id: str, announcer: FakeAnnouncer
) -> None:
    review(world, job_id, decision="reject")
    back(world, job_id)
    tell(world, announcer)
    review(world, job_id, OTHER, decision="reject")
    tell(world, announcer, minutes=3)

    assert told(announcer) == [f"{job_id}-1-failed-2"]


def test_a_repaint_that_has_not_begun_is_taken_back(world: World) -> None:
    before = waiting(world)
    job_id = before.job_id
    review(world, job_id, decision="repaint", seed=5, style="ink_wash")

    record = back(world, job_id)

    changed = ("version", "recorded_at", "writer", "release", "reviews", "paint_invocations")
    same = {name: getattr(record, name) for name in changed}
    assert before.model_copy(update=same) == record
    for run in (world.paint, world.scene):
        assert run(job_id).status is S.NEEDS_REVIEW
    assert world.queue.waiting == []
    assert review(world, job_id, decision="approve").status is S.SUCCEEDED


def test_a_plate_that_was_under_way_is_not_sent(world: World, job_id: str) -> None:
    review(world, job_id, decision="repaint")
    world.paint(job_id)
    order = world.scenes.order

    def order_and_take_back(scene: Any) -> str:
        ticket = order(scene)
        back(world, job_id)
        return ticket

    world.scenes.order = order_and_take_back  # type: ignore[method-assign,assignment]
    with pytest.raises(Exception, match="taken this plate over"):
        world.scene(job_id)

    assert world.scene(job_id).status is S.NEEDS_REVIEW
    assert world.queue.waiting == []


def test_a_repaint_on_its_way_is_not_taken_back_and_says_what_to_do(
    world: World, job_id: str
) -> None:
    review(world, job_id, decision="repaint")
    world.paint(job_id)
    world.scene(job_id)

    with pytest.raises(ConflictError, match="next picture is on its way") as refused:
        back(world, job_id)
    assert refused.value.code == "repaint_under_way"


def test_what_nobody_decided_is_not_taken_back(world: World, job_id: str) -> None:
    with pytest.raises(ConflictError, match="there is none to take back") as refused:
        back(world, job_id)
    assert refused.value.code == "nothing_to_take_back"
    private = waiting(World(world.folder), share=False)
    assert private.status is S.SUCCEEDED
    world.clock.advance(REVIEW_MINUTES * 60)
    world.sweep()
    with pytest.raises(ConflictError, match="review_expired") as refused:
        back(world, job_id)
    assert refused.value.code == "job_ended"


def test_a_poster_that_passed_by_itself_is_not_taken_back(tmp_path: Path) -> None:
    world = World(tmp_path)
    record = waiting(world)

    with pytest.raises(ConflictError, match="stop sharing it"):
        back(world, record.job_id)


def test_taken_back_twice_is_taken_back_once(world: World, job_id: str) -> None:
    review(world, job_id, decision="approve")

    first, second = (back(world, job_id) for _ in range(2))

    assert first.version == second.version
    with pytest.raises(ConflictError, match="none to take back; 王丽 took the last decision back"):
        back(world, job_id, who=OTHER)


def test_of_two_who_take_back_at_once_one_is_recorded(world: World, job_id: str) -> None:
    review(world, job_id, decision="approve")
    who = iter([REVIEWER, OTHER])

    def call() -> str:
        try:
            return back(world, job_id, who=next(who)).status.value
        except ConflictError:
            return "conflict"

    assert sorted(map(str, twice_at_once(call))) == ["conflict", "needs_review"]
    assert len(world.record(job_id).reviews) == 2


@pytest.mark.parametrize("key", ["jobs/", "claims/", "outbox/", "announced/", "open/"])
@pytest.mark.parametrize("after", [False, True])
def test_a_run_that_dies_is_repeated_whole(
    world: World, announcer: FakeAnnouncer, key: str, *, after: bool
) -> None:
    job_id = announced(world, announcer)
    for operation in ("put", "create"):
        world.state.fail(operation, KeyboardInterrupt(), key=key, after=after)
    with pytest.raises(KeyboardInterrupt):
        back(world, job_id)

    world.state._faults._planned.clear()
    if world.record(job_id).status is S.NEEDS_REVIEW:
        # Nobody asks again: the sweeper does what is left.
        world.clock.advance(300)
        world.sweep()
    else:
        back(world, job_id)

    assert world.state.keys("open/") == [f"open/{job_id}"]
    tell(world, announcer, minutes=3)
    assert told(announcer) == [f"{job_id}-1-ready", f"{job_id}-1-withdrawn"]


@pytest.mark.parametrize("module", [closing, look])
def test_whoever_ends_the_job_at_the_same_time_leaves_it_its_marker(
    world: World, job_id: str, monkeypatch: pytest.MonkeyPatch, module: Any
) -> None:
    unmark = world.jobs.unmark_open

    def taken_back_first(job: str) -> None:
        monkeypatch.setattr(world.jobs, "unmark_open", unmark)
        back(world, job)
        unmark(job)

    if module is look:
        review(world, job_id, decision="approve")
        world.jobs.mark_due(job_id)
    monkeypatch.setattr(world.jobs, "unmark_open", taken_back_first)
    if module is look:
        world.sweep()
    else:
        review(world, job_id, decision="approve")

    assert world.record(job_id).status is S.NEEDS_REVIEW
    assert world.state.keys("open/") == [f"open/{job_id}"]


def test_the_driver_may_stop_sharing_in_between(world: World, announcer: FakeAnnouncer) -> None:
    job_id = announced(world, announcer)
    back(world, job_id)
    set_share(job_id, share=False, announce="after_review", jobs=world.jobs, clock=world.clock)
    review(world, job_id, decision="approve")
    tell(world, announcer, minutes=3)

    assert told(announcer) == [f"{job_id}-1-ready", f"{job_id}-1-withdrawn"]


def test_erased_after_it_nothing_is_left_of_claims_and_others_hear_of_the_withdrawal(
    world: World, announcer: FakeAnnouncer
) -> None:
    job_id = announced(world, announcer)
    back(world, job_id)
    owner = Owner(world)
    owner.settle(owner.erase(job_id).erasure_id)
    tell(world, announcer, minutes=3)

    assert world.state.keys("claims/") == []
    assert told(announcer) == [f"{job_id}-1-ready", f"{job_id}-1-withdrawn"]

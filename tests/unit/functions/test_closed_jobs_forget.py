"""A closed job keeps neither caption nor team: not in its newest record, nor in any older one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.core.errors import UpstreamUnavailableError
from shared.jobs.closing import finish
from shared.jobs.moves import IllegalMoveError, check_move
from shared.jobs.record import JobRecord, JobStatus
from tests.fakes.jobs import a_job_in, a_trip, an_accepted_job
from tests.unit.functions.killable import Fuse, KillableWorld, deaths
from tests.unit.functions.world import World, sample_trip, twice_at_once

if TYPE_CHECKING:
    from pathlib import Path

CAPTION, TEAM = "标记句子", "标记车队"
_TRIP = sample_trip(caption=CAPTION, team=TEAM)


def holders(world: World) -> list[str]:
    """Return the keys under which a private word is stored."""
    words = [CAPTION.encode(), TEAM.encode()]
    stored = {**world.state.objects, **world.mount.objects}
    return [key for key, each in stored.items() if any(word in each.data for word in words)]


def expired(world: World) -> JobRecord:
    """Return a job that ended before anybody wrote its prompt."""
    record = world.submit(_TRIP, key="one")
    world.clock.advance(31 * 60)
    return world.paint(record.job_id)


def test_only_an_accepted_job_has_them(world: World) -> None:
    record = world.submit(_TRIP)
    first = f"jobs/{record.job_id}/000001.json"
    assert holders(world) == [first]

    prompted = world.paint(record.job_id)

    assert (prompted.trip.caption, prompted.trip.team) == ("", None)
    assert holders(world) == [first]


def test_a_closed_job_has_none_and_all_its_versions(world: World) -> None:
    record = world.submit(_TRIP)
    world.run_until_quiet()

    closed = world.record(record.job_id)
    assert closed.status is JobStatus.SUCCEEDED
    assert holders(world) == []
    assert len(world.state.keys(f"jobs/{record.job_id}/")) == closed.version


def test_the_first_version_of_a_closed_job_says_all_else_that_it_said(world: World) -> None:
    record = world.submit(_TRIP)
    key = f"jobs/{record.job_id}/000001.json"
    before = JobRecord.model_validate_json(world.state.objects[key].data)
    world.run_until_quiet()

    after = JobRecord.model_validate_json(world.state.objects[key].data)
    assert before.trip.caption == CAPTION
    assert after == before.without_private().model_copy(update={"writer": ""})


def test_a_job_that_fails_before_its_prompt_has_none(world: World) -> None:
    assert expired(world).status is JobStatus.FAILED
    assert holders(world) == []


def test_the_same_request_meets_the_closed_job(world: World) -> None:
    closed = expired(world)

    again = world.submit(_TRIP, key="one")

    assert (again.job_id, again.status) == (closed.job_id, JobStatus.FAILED)
    assert holders(world) == []


def test_a_job_that_waits_for_review_is_not_closed_and_keeps_its_first_version(
    world: World,
) -> None:
    world.announce_mode = "after_review"
    record = world.submit(sample_trip(caption=CAPTION, share=True))
    world.paint(record.job_id)
    queued = world.scene(record.job_id)
    world.render(queued.task_id)
    world.notice(queued.task_id)

    assert world.store(queued.task_id).status is JobStatus.NEEDS_REVIEW
    assert holders(world) == [f"jobs/{record.job_id}/000001.json"]


def test_forgetting_twice_and_twice_at_once_changes_nothing(world: World) -> None:
    closed = expired(world)
    once = world.snapshot()

    finish(closed, jobs=world.jobs)
    twice_at_once(lambda: finish(closed, jobs=world.jobs))

    assert world.snapshot() == once


def test_a_write_that_fails_leaves_the_marker_and_the_sweeper_forgets(world: World) -> None:
    record = world.submit(_TRIP)
    world.clock.advance(31 * 60)
    first = f"jobs/{record.job_id}/000001.json"
    world.state.fail("put", UpstreamUnavailableError("503"), key=first)
    with pytest.raises(UpstreamUnavailableError):
        world.paint(record.job_id)
    assert holders(world) == [first]
    assert world.jobs.is_open(record.job_id)

    world.clock.advance(600)
    world.sweep()

    assert holders(world) == []
    assert not world.jobs.is_open(record.job_id)


def test_a_process_that_dies_anywhere_while_closing_leaves_none(tmp_path: Path) -> None:
    whole = Fuse()
    expired(KillableWorld(tmp_path / "whole", whole))
    for world in deaths(tmp_path, whole.count):
        world.process(lambda world=world: world.submit(_TRIP, key="one"))  # type: ignore[misc]
        world.clock.advance(31 * 60)
        world.run_until_quiet()
        assert holders(world) == [], str(world.fuse)
    assert whole.count >= 1


def test_a_move_that_keeps_or_alters_them_is_illegal() -> None:
    job = an_accepted_job(trip=a_trip(caption=CAPTION, team=TEAM))
    prompted = job.to(JobStatus.PROMPTED, now=job.recorded_at, attempt=0)
    check_move(job, prompted)
    assert prompted.private_versions == 1
    for changes in (
        {"trip": job.trip},
        {"trip": a_trip(distance_km=1)},
        {"trip": a_trip(caption=CAPTION)},
        {"private_versions": 0},
    ):
        with pytest.raises(IllegalMoveError, match="caption and team"):
            check_move(job, prompted.model_copy(update=changes))


def test_a_trip_without_them_costs_no_request_more(world: World) -> None:
    world.state.fail("get", AssertionError("a request more"), key="jobs/")
    finish(a_job_in(JobStatus.FAILED), jobs=world.jobs)
    assert a_job_in(JobStatus.FAILED).private_versions == 0

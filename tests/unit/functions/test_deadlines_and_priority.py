"""Deadlines and priority travel with the work."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from functions.submit_trip import schema
from functions.submit_trip.use_case import submit_trip
from shared.core.errors import InvalidRequestError
from shared.edge.events.http_request import HttpRequest
from shared.jobs.accepting import AcceptRules, Priority, Submission
from shared.jobs.control import Control
from shared.jobs.record import JobStatus, Review
from shared.settings.jobs import JobSettings
from tests.fakes.jobs import a_job_in
from tests.fakes.wired import wired
from tests.unit.functions.world import World, sample_trip

if TYPE_CHECKING:
    from shared.jobs.record import JobRecord


def submitted(world: World, priority: Priority) -> JobRecord:
    settings = JobSettings.model_validate({"DEFAULT_VEHICLE": "testcar/g1/red"})
    return wired(submit_trip, world)(
        Submission("maker", "driver-1", sample_trip(), priority, priority=priority),
        rules=AcceptRules.of(b"k" * 32, settings),
        admission=world.admission,
        control=Control(),
        catalogue=world.catalogue,
    )


def test_interactive_jobs_have_half_an_hour_and_bulk_ones_a_day(world: World) -> None:
    interactive, bulk = submitted(world, "interactive"), submitted(world, "bulk")

    assert interactive.deadline_at - interactive.created_at == timedelta(minutes=30)
    assert bulk.deadline_at - bulk.created_at == timedelta(hours=24)


def test_tasks_of_bulk_jobs_wait_behind_the_others(world: World) -> None:
    bulk, interactive = submitted(world, "bulk"), submitted(world, "interactive")
    for job in (bulk, interactive):
        world.paint(job.job_id)
        world.scene(job.job_id)

    waiting = [task.tags["job_id"] for task in world.queue.waiting]
    assert waiting == [interactive.job_id, bulk.job_id]


@pytest.mark.parametrize(
    ("header", "scopes", "found"),
    [
        (None, {"driver"}, "interactive"),
        ("interactive", {"driver"}, "interactive"),
        ("bulk", {"service"}, "bulk"),
        ("Bulk", {"service", "driver"}, "bulk"),
    ],
)
def test_services_may_send_in_bulk(header: str | None, scopes: set[str], found: str) -> None:
    headers = {} if header is None else {"x-priority": header}

    assert schema.priority(HttpRequest("POST", "/v1/trips", headers), scopes) == found


@pytest.mark.parametrize(("header", "scopes"), [("bulk", {"driver"}), ("urgent", {"service"})])
def test_any_other_priority_is_refused(header: str, scopes: set[str]) -> None:
    with pytest.raises(InvalidRequestError, match="X-Priority"):
        schema.priority(HttpRequest("POST", "/v1/trips", {"x-priority": header}), scopes)


def test_a_repaint_that_was_ordered_has_as_long_again(world: World) -> None:
    job = a_job_in(JobStatus.NEEDS_REVIEW)
    ordered_at = job.deadline_at + timedelta(days=1)
    review = Review(decision="repaint", attempt=1, reviewer="r", at=ordered_at)
    again = job.note(now=ordered_at, reviews=(review,), repaint_after=1)

    assert job.ends_at == job.deadline_at
    assert again.ends_at - ordered_at == job.deadline_at - job.created_at


@pytest.mark.parametrize(("late", "ordered"), [(timedelta(0), 0), (-timedelta(seconds=2), 1)])
def test_no_picture_is_paid_for_once_the_deadline_has_come(
    world: World, late: timedelta, ordered: int
) -> None:
    job = submitted(world, "interactive")
    world.paint(job.job_id)
    left = job.ends_at + late - world.clock.now()
    world.clock.advance(left.total_seconds())

    record = world.scene(job.job_id)

    assert len(world.scenes.orders) == len(world.queue.waiting) == ordered
    if ordered:
        assert record.status is JobStatus.QUEUED
    else:
        assert record.status is JobStatus.FAILED
        assert record.failure is not None
        assert record.failure.code == "deadline_passed"
        assert record.failure.detail.endswith("before its scene was painted.")
        assert world.state.keys("open/") == []

"""How much is accepted at once: refused with an honest time, and never what was accepted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from shared.core.errors import IdempotencyReuseError, NotAcceptingError, TooManyRequestsError
from shared.jobs import control
from shared.jobs.admission import AdmissionRules
from shared.ports import QueueDepth
from shared.settings.admission import AdmissionSettings
from tests.unit.functions.world import World, sample_trip, twice_at_once

if TYPE_CHECKING:
    from pathlib import Path

MINUTE = 60


def limit(world: World, **limits: Any) -> None:
    world.admission = replace(world.admission, **limits)


def refused(world: World, key: str = "new", driver: str = "driver-1") -> TooManyRequestsError:
    with pytest.raises(TooManyRequestsError) as caught:
        world.submit(key=key, driver=driver)
    return caught.value


def queue_of(world: World, waiting: int) -> None:
    depth = QueueDepth(waiting=waiting, results=0, results_limit=1000)
    control.report_queues(world.state, depth, at=world.clock.now())


def test_a_driver_has_so_many_jobs_under_way_and_others_are_not_concerned(world: World) -> None:
    limit(world, driver_open=2)
    for key in "ab":
        world.submit(key=key)

    assert "at most 2" in str(refused(world))
    assert world.submit(key="new", driver="driver-2").version == 1


def test_a_refused_trip_leaves_nothing(world: World) -> None:
    limit(world, driver_open=1)
    world.submit(key="a")
    before = world.snapshot()

    refused(world)

    assert world.snapshot() == before


def test_a_job_that_has_ended_makes_room(world: World) -> None:
    limit(world, driver_open=1)
    record = world.rendered()
    refused(world)
    world.store(record.task_id)

    assert world.submit(key="new").version == 1


def test_a_job_that_waits_for_review_holds_nobody_back_for_days(tmp_path: Path) -> None:
    world = World(tmp_path, announce_mode="after_review")
    limit(world, driver_open=1)
    job_id = world.submit(sample_trip(share=True)).job_id
    world.through(job_id)
    world.clock.advance(30 * MINUTE)

    assert world.submit(key="new").version == 1


def test_a_driver_has_so_many_new_jobs_an_hour(world: World) -> None:
    limit(world, driver_hourly=2)
    world.submit(key="a")
    world.clock.advance(20 * MINUTE)
    world.submit(key="b")
    world.clock.advance(10 * MINUTE)

    error = refused(world)

    assert error.retry_after == 30 * MINUTE
    assert "at most 2 new posters" in str(error)
    world.clock.advance(error.retry_after - 1)
    refused(world)
    world.clock.advance(1)
    assert world.submit(key="new").version == 1


def test_a_repeated_request_is_answered_whatever_is_full(world: World) -> None:
    first = world.submit(key="a")
    limit(world, driver_open=1, driver_hourly=1, open_jobs=1, queue_length=1)
    queue_of(world, 50)
    control.report_open(world.state, 50, at=world.clock.now())
    control.stop_accepting(world.state, reason="test", clock=world.clock)

    assert world.submit(key="a").job_id == first.job_id
    with pytest.raises(IdempotencyReuseError):
        world.submit(sample_trip(distance_km=1), key="a")
    with pytest.raises(NotAcceptingError):
        world.submit(key="b")


@pytest.mark.parametrize(("waiting", "seconds"), [(100, 6), (109, 60), (199, 600), (9999, 3600)])
def test_a_long_queue_refuses_for_as_long_as_it_takes_to_be_short_again(
    world: World, waiting: int, seconds: int
) -> None:
    limit(world, queue_length=100, tasks_per_minute=10.0)
    queue_of(world, waiting)

    error = refused(world)
    assert error.retry_after == seconds
    assert "wait to be painted" in str(error)


def test_a_queue_below_its_limit_refuses_nobody(world: World) -> None:
    limit(world, queue_length=100)
    queue_of(world, 99)

    assert world.submit().version == 1


@pytest.mark.parametrize(("jobs", "seconds"), [(10, 6), (19, 60)])
def test_too_many_open_jobs_in_all_refuse_new_ones(world: World, jobs: int, seconds: int) -> None:
    limit(world, open_jobs=10)
    control.report_open(world.state, jobs, at=world.clock.now())

    error = refused(world)
    assert error.retry_after == seconds
    assert "under way" in str(error)


def test_a_driver_comes_back_when_the_tasks_before_are_painted(world: World) -> None:
    limit(world, driver_open=1)
    world.submit(key="a")
    queue_of(world, 4)

    assert refused(world).retry_after == 30


def test_reports_that_nobody_renews_stop_counting(world: World) -> None:
    limit(world, open_jobs=1, queue_length=1)
    queue_of(world, 1000)
    control.report_open(world.state, 1000, at=world.clock.now())
    refused(world)
    world.clock.advance(15 * MINUTE)

    assert world.submit().version == 1


def test_while_acceptance_is_stopped_nothing_new_is_accepted(world: World) -> None:
    control.stop_accepting(world.state, reason="test", clock=world.clock)
    with pytest.raises(NotAcceptingError):
        world.submit()
    control.accept_again(world.state)

    assert world.submit().version == 1


def test_nobody_is_sent_away_longer_than_a_job_may_take(world: World) -> None:
    limit(world, driver_open=1, tasks_per_minute=0.01)
    world.submit(key="a")
    world.clock.advance(10 * MINUTE)

    assert refused(world).retry_after == 20 * MINUTE


def test_a_trip_below_the_limits_costs_one_request_more(world: World) -> None:
    world.state.fail("head", AssertionError("a marker was looked at"))
    world.state.fail("page", AssertionError("a job was looked for"), key="jobs/")

    world.submit()


def test_two_at_once_below_the_limit_are_both_accepted(world: World) -> None:
    limit(world, driver_open=2)
    keys = iter("ab")

    records = twice_at_once(lambda: world.submit(key=next(keys)))

    assert len({record.job_id for record in records}) == 2  # type: ignore[attr-defined]


def test_an_index_entry_counts_by_the_buckets_clock(world: World) -> None:
    record = world.submit(key="a")
    (entry,) = world.jobs.indexed(record.driver_key)

    assert entry.job_id == record.job_id
    assert entry.entered_at - world.clock.now() < timedelta(seconds=1)


def test_the_limits_are_those_of_the_settings() -> None:
    settings = AdmissionSettings.model_validate({"DRIVER_OPEN_JOBS": 2, "QUEUE_LENGTH_LIMIT": 7})

    assert AdmissionRules.of(settings, minutes=30) == AdmissionRules(
        driver_open=2,
        driver_hourly=60,
        open_jobs=20_000,
        queue_length=7,
        tasks_per_minute=20.0,
        minutes=30,
    )

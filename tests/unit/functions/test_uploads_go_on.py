"""An upload is a cursor: it goes on by itself, never too fast, and once for each content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.edge.events.objects import ObjectCreated
from shared.edge.events.uploads import UploadWork
from shared.jobs.bulk import open_bulk_jobs
from shared.uploads import names
from tests.unit.functions import uploading as up
from tests.unit.functions.world import World, sample_trip, twice_at_once

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_no_more_jobs_are_open_in_bulk_than_the_setting_says(world: World) -> None:
    for n in range(3):
        world.submit(sample_trip(distance_km=5000 + n), driver="interactive")
    key = up.put(world, up.numbered(25))

    assert up.event(world, key, open_jobs=10) == {"full": 1}
    assert len(world.state.keys("open/")) == 13
    assert up.tick(world, open_jobs=10) == {"full": 1}
    assert len(up.job_ids(world)) == 13

    counts = []
    while world.state.keys(names.OPEN):
        up.close_all(world)
        up.tick(world, open_jobs=10)
        counts.append(len(up.job_ids(world)))
    assert counts == [23, 28]
    assert [row["line"] for row in up.report(world, key)[0]] == list(range(1, 26))


def test_lines_whose_jobs_are_there_need_no_room(world: World) -> None:
    lines = up.numbered(20)
    up.event(world, up.put(world, lines))
    world.clock.advance(60)
    again = up.put(world, [*lines, up.line("new", distance_km=999)])

    assert up.event(world, again, open_jobs=20) == {"full": 1}
    assert len(up.report(world, again)[0]) == 20
    assert {row["outcome"] for row in up.report(world, again)[0]} == {"known"}


def test_open_bulk_jobs_are_counted_by_their_markers(world: World) -> None:
    world.submit()
    up.event(world, up.put(world, up.numbered(7)))
    assert open_bulk_jobs(jobs=world.jobs, most=100) == 7
    assert open_bulk_jobs(jobs=world.jobs, most=5) == 5
    # The sweeper's look renews a marker as what it was.
    world.clock.advance(200)
    world.sweep()
    assert open_bulk_jobs(jobs=world.jobs, most=100) == 7


def test_a_large_file_does_not_keep_a_small_one_waiting(world: World) -> None:
    large, small = up.put(world, up.numbered(50), "large.jsonl"), up.put(world, [up.line("s")])
    up.event(world, large, open_jobs=10)
    up.event(world, small, open_jobs=10)
    up.close_all(world)
    up.tick(world, open_jobs=10)

    assert up.report(world, small)[1]["ended"] == "read"
    assert not up.report(world, large)[1]


def test_a_run_whose_time_is_up_starts_the_next_one_itself(world: World) -> None:
    key = up.put(world, up.numbered(3))
    assert up.event(world, key, seconds=0.0) == {"time": 1}
    upload = up.upload_of(world, key)
    assert up.continued(world) == [f"{upload}-c2"]

    assert up.work(world, UploadWork(upload_id=upload), seconds=0.0) == {"time": 1}
    assert up.continued(world) == [f"{upload}-c2", f"{upload}-c3"]
    assert up.work(world, UploadWork(upload_id=upload)) == {"read": 1}
    assert len(up.report(world, key)[0]) == 3


def test_the_timer_leaves_an_upload_alone_that_is_being_read(world: World) -> None:
    key = up.put(world, up.numbered(3))
    up.event(world, key, seconds=0.0)
    assert up.work(world, UploadWork()) == {"being_read": 1}
    assert up.tick(world) == {"read": 1}


def test_a_duplicate_of_an_event_changes_nothing_whenever_it_comes(world: World) -> None:
    key = up.put(world, up.numbered(3))
    upload = up.upload_of(world, key)
    for _ in range(2):
        up.event(world, key)
        seen = world.snapshot()
    world.clock.advance(5000)
    up.event(world, key)
    up.work(world, UploadWork(upload_id=upload))
    up.tick(world)
    assert world.snapshot() == seen


def test_the_events_of_two_contents_may_come_in_any_order(world: World) -> None:
    first = up.put(world, up.numbered(2))
    info = world.mount.head(first)
    assert info is not None
    early = UploadWork((ObjectCreated("mount", first, info.size, info.etag),))
    old = up.upload_of(world, first)
    up.put(world, up.numbered(5))

    up.event(world, first)
    up.work(world, early)

    assert len(up.report(world, first)[0]) == 5
    rows, summary = up.report(world, first, old)
    assert (rows, summary["ended"]) == ([], "replaced")
    assert "before it was read" in summary["detail"]
    assert world.state.keys(names.OPEN) == []


@pytest.mark.parametrize("ending", ["replaced", "gone"])
def test_a_file_that_changes_while_it_is_read_ends_with_the_reason(
    world: World, ending: str
) -> None:
    key = up.put(world, up.numbered(5))
    upload = up.upload_of(world, key)
    up.event(world, key, open_jobs=2)
    up.put(world, up.numbered(9)) if ending == "replaced" else world.mount.delete(key)
    up.tick(world)

    rows, summary = up.report(world, key, upload)
    assert [row["line"] for row in rows] == [1, 2]
    assert (summary["ended"], summary["accepted"]) == (ending, 2)


def test_the_same_content_under_another_name_meets_the_same_jobs(world: World) -> None:
    lines = up.numbered(3)
    up.event(world, up.put(world, lines))
    before = up.job_ids(world)
    copy = up.put(world, lines, "copy.jsonl")
    up.event(world, copy)

    assert up.job_ids(world) == before
    assert len(up.report(world, copy)[0]) == 3


def _by_event(world: World) -> Callable[[], object]:
    key = up.put(world, [*up.numbered(8), b"oops"])
    return lambda: up.event(world, key)


def _by_timer(world: World) -> Callable[[], object]:
    key = up.put(world, [*up.numbered(8), b"oops"])
    up.event(world, key, open_jobs=3)
    world.clock.advance(60)
    return lambda: up.work(world, UploadWork())


def _by_itself(world: World) -> Callable[[], object]:
    key = up.put(world, [*up.numbered(8), b"oops"])
    up.event(world, key, open_jobs=3)
    upload = up.upload_of(world, key)
    return lambda: up.work(world, UploadWork(upload_id=upload))


_WAYS = [_by_event, _by_timer, _by_itself]


@pytest.mark.parametrize("way", _WAYS)
def test_a_second_run_changes_nothing(
    world: World, way: Callable[[World], Callable[[], object]]
) -> None:
    run = way(world)
    run()
    seen = world.snapshot()
    run()
    assert world.snapshot() == seen


@pytest.mark.parametrize("batch", [1, 3, 100])
@pytest.mark.parametrize("way", _WAYS)
def test_two_runs_at_once_double_and_skip_no_line(
    tmp_path: Path, way: Callable[[World], Callable[[], object]], batch: int
) -> None:
    world = World(tmp_path)
    run = way(world)
    twice_at_once(run)
    run()
    key = names.TRIPS + "may.jsonl"
    rows, summary = up.report(world, key)
    assert [row["line"] for row in rows] == list(range(1, 10))
    assert (summary["accepted"], summary["refused"]) == (8, 1)
    assert len(up.job_ids(world)) == 8
    started = [each.task_id for each in world.invoker.started]
    assert len(started) == len(set(started)) == 8

"""A style whose workflow paints the plate itself: sent by paint_trip, and otherwise like others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from shared.core.errors import AmbiguousPostError, InvalidRequestError, UpstreamRejectedError
from shared.jobs.record import JobRecord, JobStatus
from shared.styles import offered_styles
from tests.unit.functions.world import MAX_ATTEMPTS, World, sample_trip, twice_at_once

if TYPE_CHECKING:
    from collections.abc import Mapping

STYLE = "sdxl_photoreal"
CUSTOM_NODES = Path(__file__).parents[3] / "comfyui" / "custom_nodes"
DIFFUSION_PACK = Path(__file__).parents[2] / "fakes" / "diffusion_pack"


def accepted(world: World) -> str:
    """Return a job of the workflow style, as if the style had been offered."""
    record = world.submit()
    world.jobs.append(record.note(now=world.clock.now(), style=STYLE))
    return record.job_id


def gpu(world: World) -> Path:
    """Return a folder of packs that can run the style without weights."""
    folder = world.folder / "custom_nodes"
    if not folder.exists():
        folder.mkdir(parents=True)
        (folder / "trip_poster").symlink_to(CUSTOM_NODES / "trip_poster")
        (folder / "diffusion").symlink_to(DIFFUSION_PACK)
    return folder


def fail_task(world: World, record: JobRecord, cause: Mapping[str, str]) -> JobRecord:
    """Let the task end with an error, be noticed, and be painted anew."""
    body = json.dumps({"type": "execution_error", "data": dict(cause)}).encode()
    world.queue.finish(record.task_id, body, code=500)
    world.drain()
    return world.store(record.task_id)


def test_the_trip_is_sent_to_the_queue_without_the_picture_model(world: World) -> None:
    job_id = accepted(world)

    record = world.paint(job_id)

    assert record.status is JobStatus.QUEUED
    assert [task.task_id for task in world.queue.waiting] == [f"{job_id}-1"]
    assert world.scenes.orders == []
    assert [call.function for call in world.invoker.started] == ["paint_trip"]


def test_the_poster_is_stored_like_any_other(world: World) -> None:
    record = world.paint(accepted(world))
    world.render(record.task_id, custom_nodes=gpu(world))
    world.notice(record.task_id)

    stored = world.store(record.task_id)

    assert stored.status is JobStatus.SUCCEEDED
    assert stored.result is not None
    assert stored.result.protected_pixels_changed == 0


def test_painting_twice_sends_once(world: World) -> None:
    job_id = accepted(world)
    first, again = world.paint(job_id), world.paint(job_id)

    assert (first.attempts, again.attempts) == (1, 1)
    assert len(world.queue.waiting) == 1


def test_painting_twice_at_once_sends_once(world: World) -> None:
    job_id = accepted(world)
    twice_at_once(lambda: world.paint(job_id))

    assert len(world.queue.waiting) == 1
    assert world.record(job_id).status is JobStatus.QUEUED


def test_a_failed_task_is_painted_with_a_new_seed_up_to_the_limit(world: World) -> None:
    job_id = accepted(world)
    seeds = []
    for attempt in range(1, MAX_ATTEMPTS + 1):
        record = world.paint(job_id)
        assert record.task_id == f"{job_id}-{attempt}"
        graph = json.loads(world.queue.waiting[-1].workflow)
        seeds += [node["inputs"]["seed"] for node in graph.values() if "seed" in node["inputs"]]
        fail_task(world, record, {"exception_type": "RuntimeError"})

    last = world.record(job_id)
    assert len(set(seeds)) == MAX_ATTEMPTS
    assert last.status is JobStatus.FAILED
    assert last.failure is not None


def test_a_refused_post_is_tried_again_by_the_platform_with_the_next_number(world: World) -> None:
    world.queue.fail("submit", UpstreamRejectedError("401"))
    job_id = accepted(world)
    with pytest.raises(UpstreamRejectedError):
        world.paint(job_id)

    record = world.paint(job_id)

    assert (record.status, record.task_id) == (JobStatus.QUEUED, f"{job_id}-2")
    assert record.gpu_tasks == 1


def test_an_ambiguous_post_is_never_repeated(world: World) -> None:
    world.queue.fail("submit", AmbiguousPostError("timeout"), after=True)
    job_id = accepted(world)

    assert world.paint(job_id).status is JobStatus.SENDING
    assert world.paint(job_id).status is JobStatus.SENDING
    assert len(world.queue.waiting) == 1


def test_a_driver_cannot_choose_a_style_that_is_not_offered(world: World) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        world.submit(sample_trip(style=STYLE))

    (problem,) = caught.value.problems
    assert problem.detail == f"one of: {', '.join(offered_styles())}"
    assert STYLE not in offered_styles()

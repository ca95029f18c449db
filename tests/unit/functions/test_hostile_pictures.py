"""What a GPU leaves may be anything: the attempt is lost, the function lives, the job ends."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from shared.jobs.record import JobStatus
from shared.results.pictures import srgb_plate
from tests.fakes.png_chunks import cicp, srgb, with_chunks
from tests.fakes.scene_model import FakeSceneModel
from tests.unit.functions.test_gate_decides import replaced
from tests.unit.functions.world import LIMITS, MAX_ATTEMPTS, World, plate_png
from tests.unit.results.test_pictures import animated, encoded, png_header, profiled, turned

if TYPE_CHECKING:
    from structlog.typing import EventDict

PICTURES = {
    "truncated": encoded()[:200],
    "decompression bomb": png_header(50_000, 50_000),
    "polyglot": encoded() + b"PK\x05\x06" + bytes(18),
    "animated": animated(),
    "foreign profile": profiled("PNG"),
    "turned by EXIF": turned(),
    "too many bytes": bytes(LIMITS.max_bytes + 1),
    "100 MB": bytes(100_000_000),
    "no bytes": b"",
}


@pytest.mark.parametrize("data", PICTURES.values(), ids=PICTURES)
def test_a_hostile_poster_costs_its_attempt_and_says_so(world: World, data: bytes) -> None:
    record = world.rendered()
    replaced(world, record.task_id, "poster", data)

    after = world.store(record.task_id)

    assert after.status is JobStatus.RENDERED
    assert after.ended is not None
    assert (after.ended.outcome, after.repaint_after) == ("failed", 1)
    assert after.ended.reason
    assert world.state.keys("results/") == []


def test_a_job_whose_posters_are_all_bombs_ends_as_a_stated_failure(world: World) -> None:
    record = world.rendered()
    for _ in range(MAX_ATTEMPTS - 1):
        replaced(world, record.task_id, "poster", PICTURES["decompression bomb"])
        world.store(record.task_id)
        world.paint(record.job_id)
        queued = world.scene(record.job_id)
        world.render(queued.task_id)
        world.notice(queued.task_id)
        record = world.record(record.job_id)
    replaced(world, record.task_id, "poster", PICTURES["decompression bomb"])

    closed = world.store(record.task_id)

    assert closed.status is JobStatus.FAILED
    assert closed.failure is not None
    assert closed.failure.detail
    assert world.state.keys("open/") == []


@pytest.mark.parametrize("data", PICTURES.values(), ids=PICTURES)
def test_a_hostile_plate_is_ordered_anew_and_at_last_a_stated_failure(
    world: World, data: bytes
) -> None:
    world.scenes = FakeSceneModel(data)
    job_id = world.submit().job_id
    world.paint(job_id)

    closed = world.scene(job_id)

    assert closed.status is JobStatus.FAILED
    assert closed.failure is not None
    assert closed.failure.code == "scene_failed"
    assert len(world.scenes.orders) == MAX_ATTEMPTS
    assert world.mount.keys("input/j") == []


def test_a_plate_in_other_colours_is_stored_in_srgb_and_not_ordered_anew(world: World) -> None:
    sent = with_chunks(plate_png(), cicp(12, 13))
    world.scenes = FakeSceneModel(sent)
    job_id = world.submit().job_id
    world.paint(job_id)

    record = world.scene(job_id)

    assert record.scene is not None
    stored = world.mount.get(record.scene.plate_key or "", max_bytes=LIMITS.max_bytes)
    assert stored == srgb_plate(sent, Image.open(io.BytesIO(sent)).size, LIMITS)
    assert stored != sent
    assert len(world.scenes.orders) == 1


def test_a_plate_that_contradicts_itself_is_told_in_the_log(
    world: World, log_lines: list[EventDict]
) -> None:
    world.scenes = FakeSceneModel(with_chunks(plate_png(), cicp(12, 13), srgb()))
    job_id = world.submit().job_id
    world.paint(job_id)

    assert world.scene(job_id).status is JobStatus.FAILED
    reasons = {line["reason"] for line in log_lines if line["event"] == "scene.failed"}
    (reason,) = reasons
    assert "cICP says Display P3, sRGB says sRGB; export it as sRGB" in reason

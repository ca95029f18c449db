"""What the gate's verdict leads to: another attempt, a review, a poster."""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import asdict, replace

import numpy as np
import pytest
from PIL import Image

from shared.core import ids
from shared.core.callers import Caller
from shared.jobs.record import JobRecord, JobStatus
from tests.comfyui import small_car
from tests.fakes.scene_model import FakeSceneModel
from tests.unit.functions.world import DRIVER, MAX_ATTEMPTS, World, plate_png, twice_at_once

pytestmark = pytest.mark.usefixtures("kept_posters")
_REVIEWER = Caller("maker", "somebody", frozenset({"reviewer"}))


def day_plate() -> bytes:
    """Return a plate that is no dusk, which the sample trip asks for."""
    canvas = np.array(Image.open(io.BytesIO(plate_png())))
    canvas[:806] = (190, 205, 225)
    return small_car.png(Image.fromarray(canvas), compress_level=1)


def failing(world: World, times: int) -> JobRecord:
    """Run a job whose plates are wrong until the last of some tasks has been rendered."""
    world.scenes = FakeSceneModel(day_plate())
    record = world.rendered()
    for _ in range(times - 1):
        world.store(record.task_id)
        world.paint(record.job_id)
        record = world.scene(record.job_id)
        world.render(record.task_id)
        world.notice(record.task_id)
        record = world.record(record.job_id)
    return record


def shown(world: World, caller: Caller, record: JobRecord) -> dict[str, object]:
    return world.read(record.job_id, caller).to_json()


def test_a_poster_that_fails_the_gate_is_painted_anew_with_another_seed(world: World) -> None:
    record = failing(world, 1)

    after = world.store(record.task_id)

    assert after.status is JobStatus.RENDERED
    assert after.ended is not None
    assert "style.dusk_glows" in after.ended.reason
    assert world.state.keys("results/") == []
    world.paint(record.job_id)
    assert world.scene(record.job_id).attempt == 2
    assert len({order.seed for order in world.scenes.orders}) == 2


def test_after_the_last_attempt_the_poster_is_stored_for_review_with_its_scores(
    world: World,
) -> None:
    record = failing(world, MAX_ATTEMPTS)

    after = world.store(record.task_id)

    assert after.status is JobStatus.NEEDS_REVIEW
    assert after.result is not None
    assert after.result.failures == ("style.dusk_glows",)
    assert after.result.scores["master.protected_changed"] == 0
    stored = world.state.objects[f"{after.result.folder}manifest.json"].data
    assert json.loads(stored)["failures"] == ["style.dusk_glows"]
    assert f"{after.result.folder}poster.png" in world.state.objects


def test_a_job_in_review_stays_open_and_a_second_run_changes_nothing(world: World) -> None:
    record = failing(world, MAX_ATTEMPTS)
    twice_at_once(lambda: world.store(record.task_id))
    before = world.snapshot()

    world.store(record.task_id)

    assert world.record(record.job_id).status is JobStatus.NEEDS_REVIEW
    assert world.snapshot() == before
    assert len(world.state.keys("open/")) == 1


def test_a_driver_sees_the_review_and_no_link_a_reviewer_sees_the_links(world: World) -> None:
    record = failing(world, MAX_ATTEMPTS)
    world.store(record.task_id)

    driver, reviewer = (shown(world, who, record) for who in (DRIVER, _REVIEWER))

    assert (driver["status"], driver["poster"]) == ("needs_review", None)
    assert reviewer["poster"] is not None


def test_a_poster_that_passes_is_stored_with_the_scores_of_both_copies(world: World) -> None:
    record = world.rendered()

    after = world.store(record.task_id)

    assert after.status is JobStatus.SUCCEEDED
    assert after.result is not None
    assert {name.partition(".")[0] for name in after.result.scores} >= {"master", "app"}
    assert after.result.failures == ()


def test_a_narrow_badge_that_a_jpeg_keeps_is_delivered_as_one(world: World) -> None:
    after = world.store(world.rendered().task_id)

    assert after.result is not None
    assert after.result.scores["badge_width"] < 48
    assert (after.status, after.result.app_copy) == (JobStatus.SUCCEEDED, "poster.jpg")
    limits = asdict(world.thresholds.lossy)
    measured = {name: after.result.scores[f"app.{name}"] for name in limits if "halo" not in name}
    assert measured["badge_mean"] > 0
    assert all(score <= limits[name] for name, score in measured.items())


def test_where_a_jpeg_spoils_the_badge_the_copy_is_without_loss_and_the_link_follows(
    world: World,
) -> None:
    strict = replace(world.thresholds.lossy, badge_mean=0.0)
    world.thresholds = replace(world.thresholds, lossy=strict)

    after = world.store(world.rendered().task_id)

    assert after.result is not None
    assert (after.status, after.result.app_copy) == (JobStatus.SUCCEEDED, "poster.webp")
    assert after.result.scores["app.badge_p99"] == 0
    stored = world.state.objects[f"{after.result.folder}poster.webp"].data
    assert Image.open(io.BytesIO(stored)).format == "WEBP"
    assert f"{after.result.folder}poster.jpg" not in world.state.objects
    poster = shown(world, DRIVER, after)["poster"]
    assert isinstance(poster, dict)
    assert "/poster.webp" in poster["app_copy"]["url"]
    described = json.loads(world.state.objects[f"{after.result.folder}manifest.json"].data)
    named = {file["name"]: file["media_type"] for file in described["files"]}
    assert named[described["app_copy"]] == "image/webp"


@pytest.mark.parametrize("role", ["poster", "plate"])
@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a" + bytes(99)])
def test_a_hostile_file_of_a_task_costs_the_attempt_and_nothing_else(
    world: World, role: str, data: bytes
) -> None:
    record = world.rendered()
    replaced(world, record.task_id, role, data or b"\0")

    after = world.store(record.task_id)

    assert after.status is JobStatus.RENDERED
    assert after.ended is not None
    assert (after.ended.outcome, after.repaint_after) == ("failed", 1)
    assert re.search("is no PNG|is cut short", after.ended.reason)


def replaced(world: World, task: str, role: str, data: bytes) -> None:
    """Put other bytes in the place of a task's file, and say so in task.json."""
    key = ids.output_key(task, "task.json")
    described = json.loads(world.mount.objects[key].data)
    file = next(each for each in described["files"] if each["role"] == role)
    file |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    world.mount.put(ids.output_key(task, file["name"]), data)
    world.mount.put(key, json.dumps(described).encode())


def test_a_refused_poster_keeps_how_the_tasks_end_was_learnt(world: World) -> None:
    record = failing(world, 1)
    assert record.ended is not None
    assert record.ended.source == "oss_event"

    after = world.store(record.task_id).ended

    assert after is not None
    assert after.outcome == "failed"
    assert after.reason.startswith("gate: ")
    unchanged = {"outcome": record.ended.outcome, "reason": record.ended.reason}
    assert after.model_copy(update=unchanged) == record.ended


def no_contact(world: World) -> None:
    """Let no car stand well enough: what its render causes, and no plate."""
    world.thresholds = replace(world.thresholds, contact_high=0.01)


def test_what_no_new_plate_cures_goes_to_review_at_once(world: World) -> None:
    no_contact(world)
    record = world.rendered()

    after = world.store(record.task_id)

    assert after.status is JobStatus.NEEDS_REVIEW
    assert (after.gpu_tasks, len(world.scenes.orders), world.queue.waiting) == (1, 1, [])
    assert after.result is not None
    assert set(after.result.failures) == {"master.contact_high", "app.contact_high"}
    (said,) = after.result.remedies
    value = after.result.scores["master.contact_high"]
    assert said.startswith(f"contact_high is {value:g} (limit: at most 0.01): ")
    assert "`contacts`" in said


def test_that_review_is_there_once_however_often_it_is_asked_for(world: World) -> None:
    no_contact(world)
    record = world.rendered()
    twice_at_once(lambda: world.store(record.task_id))
    before = world.snapshot()

    world.store(record.task_id)

    assert world.record(record.job_id).status is JobStatus.NEEDS_REVIEW
    assert world.record(record.job_id).gpu_tasks == 1
    assert world.snapshot() == before


def test_a_poster_that_fails_both_ways_is_painted_anew(world: World) -> None:
    no_contact(world)
    record = failing(world, 1)

    after = world.store(record.task_id)

    assert after.status is JobStatus.RENDERED
    assert after.ended is not None
    assert "contact_high" in after.ended.reason
    assert "style.dusk_glows" in after.ended.reason
    assert after.repaint_after == 1


def test_the_reviewer_reads_what_to_change_and_the_driver_does_not(world: World) -> None:
    no_contact(world)
    record = world.rendered()
    after = world.store(record.task_id)
    assert after.result is not None

    driver, reviewer = (shown(world, who, record) for who in (DRIVER, _REVIEWER))

    assert driver["poster"] is None
    assert isinstance(reviewer["poster"], dict)
    assert reviewer["poster"]["remedies"] == list(after.result.remedies)
    stored = world.state.objects[f"{after.result.folder}manifest.json"].data
    assert json.loads(stored)["remedies"] == list(after.result.remedies)


def test_a_doubt_says_what_to_change_too(world: World) -> None:
    world.thresholds = replace(world.thresholds, light_gap=-100.0)
    record = world.rendered()

    after = world.store(record.task_id)

    assert after.status is JobStatus.NEEDS_REVIEW
    assert after.result is not None
    assert after.result.failures == ()
    assert after.result.remedies[0].startswith("light_gap is ")

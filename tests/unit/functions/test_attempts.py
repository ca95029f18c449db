"""What happens when a prompt, a plate, a post, a task or a picture goes wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from shared.core.errors import (
    AmbiguousPostError,
    ModerationError,
    UpstreamRejectedError,
    UpstreamUnavailableError,
)
from shared.jobs.record import JobStatus
from shared.ports import SceneProgress
from shared.prompts.model import PromptSource
from shared.prompts.template import template_prompt
from shared.trips.facts import facts_of
from tests.fakes.prompt_model import FakePromptModel
from tests.fakes.scene_model import FakeSceneModel
from tests.unit.functions.world import MAX_ATTEMPTS, World, plate_png, sample_trip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.ports import ChatMessage


def good_answer(_: Sequence[ChatMessage]) -> str:
    return template_prompt(facts_of(sample_trip()), seed=7).model_dump_json()


def source(world: World) -> PromptSource:
    job_id = world.submit().job_id
    written = world.paint(job_id).prompt
    assert written is not None
    return written.source


def test_a_good_answer_of_the_model_is_taken(world: World) -> None:
    world.model = FakePromptModel(good_answer)

    assert source(world) is PromptSource.MODEL


@pytest.mark.parametrize(
    "first", [ModerationError("no"), "not JSON", "{}", UpstreamUnavailableError("down")]
)
def test_a_refused_answer_is_asked_for_again_without_the_caption(
    world: World, first: str | Exception
) -> None:
    world.model = FakePromptModel(first, good_answer)

    assert source(world) is PromptSource.MODEL_WITHOUT_CAPTION
    sent = ["".join(m.content for m in call.messages) for call in world.model.calls]
    assert ["新司" in text for text in sent] == [True, False]


def test_a_model_that_fails_twice_leaves_it_to_the_template(world: World) -> None:
    world.model = FakePromptModel(UpstreamRejectedError("arrears"))

    assert source(world) is PromptSource.TEMPLATE
    assert len(world.model.calls) == 2


def test_a_model_that_uses_up_the_time_is_not_asked_again(world: World) -> None:
    def slow(_: Sequence[ChatMessage]) -> str:
        world.clock.advance(60)
        return "{}"

    world.model = FakePromptModel(slow)

    assert source(world) is PromptSource.TEMPLATE
    assert len(world.model.calls) == 1


def test_no_street_team_or_user_is_ever_asked_about(world: World) -> None:
    world.model = FakePromptModel(good_answer)
    source(world)

    sent = "".join(m.content for call in world.model.calls for m in call.messages)
    private = ["中山南路", "申長路", "申长路", "歐陽", "欧阳", "driver-1", "22:38", "18:57"]
    assert [word for word in private if word in sent] == []


def test_a_crash_after_ordering_waits_on_without_a_second_order(world: World) -> None:
    job_id = world.submit().job_id
    world.paint(job_id)
    world.scenes.fail("progress", UpstreamUnavailableError("killed"))
    with pytest.raises(UpstreamUnavailableError):
        world.scene(job_id)

    assert world.scene(job_id).status is JobStatus.QUEUED
    assert len(world.scenes.orders) == 1


def test_a_claim_left_by_a_dead_run_is_taken_over(world: World) -> None:
    job_id = world.submit().job_id
    world.paint(job_id)
    world.scenes.fail("order", KeyboardInterrupt())  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        world.scene(job_id)
    world.clock.advance(120)

    assert world.scene(job_id).status is JobStatus.QUEUED


def test_a_moderated_scene_is_painted_from_the_template(world: World) -> None:
    world.model = FakePromptModel(good_answer)
    world.scenes.fail("order", ModerationError("content"))
    job_id = world.submit().job_id
    world.paint(job_id)

    record = world.scene(job_id)

    assert record.status is JobStatus.QUEUED
    assert record.prompt is not None
    assert record.prompt.source is PromptSource.TEMPLATE


def test_a_scene_that_always_fails_ends_the_job_and_says_so(world: World) -> None:
    world.scenes.ending = SceneProgress("failed", reason="InternalError")
    job_id = world.submit().job_id
    world.paint(job_id)

    record = world.scene(job_id)

    assert record.status is JobStatus.FAILED
    assert record.failure is not None
    assert record.failure.code == "scene_failed"
    assert len(world.scenes.orders) == MAX_ATTEMPTS
    assert world.state.keys("open/") == []


def test_a_plate_of_another_size_is_not_used(world: World) -> None:
    world.scenes = FakeSceneModel(plate_png((512, 512)))
    job_id = world.submit().job_id
    world.paint(job_id)

    record = world.scene(job_id)

    assert record.failure is not None
    assert record.failure.code == "scene_failed"
    assert world.queue.waiting == []


def test_an_ambiguous_post_is_never_repeated(world: World) -> None:
    world.queue.fail("submit", AmbiguousPostError("timeout"), after=True)
    record = world.queued()

    assert record.status is JobStatus.SENDING
    assert world.scene(record.job_id).status is JobStatus.SENDING
    assert len(world.queue.waiting) == 1


def test_an_ambiguous_post_that_arrived_still_ends_in_a_poster(world: World) -> None:
    world.queue.fail("submit", AmbiguousPostError("timeout"), after=True)
    record = world.queued()
    world.render(record.task_id)
    world.drain()

    stored = world.store(record.task_id)

    assert stored.status is JobStatus.SUCCEEDED
    assert stored.gpu_tasks == 1


def test_a_refused_post_is_tried_with_the_next_number_and_the_same_plate(world: World) -> None:
    world.queue.fail("submit", UpstreamRejectedError("401"))
    job_id = world.submit().job_id
    world.paint(job_id)
    with pytest.raises(UpstreamRejectedError):
        world.scene(job_id)

    record = world.scene(job_id)

    assert (record.status, record.attempt, record.gpu_tasks) == (JobStatus.QUEUED, 2, 1)
    assert len(world.scenes.orders) == 1
    plate = json.loads(world.queue.waiting[0].workflow)
    assert f"{job_id}-1/plate.png" in json.dumps(plate)


def _fail_task(world: World, record: Any) -> None:
    error = {"type": "execution_error", "data": {"exception_type": "OOM", "node_type": "X"}}
    world.queue.finish(record.task_id, json.dumps(error).encode(), code=500)
    world.drain()
    world.store(record.task_id)


def test_a_failed_task_is_painted_anew_with_another_seed(world: World) -> None:
    record = world.queued()
    _fail_task(world, record)
    world.paint(record.job_id)

    again = world.scene(record.job_id)

    assert (again.status, again.attempt) == (JobStatus.QUEUED, 2)
    assert len({order.seed for order in world.scenes.orders}) == 2


def test_a_job_whose_tasks_all_fail_ends_failed_with_the_reason(world: World) -> None:
    record = world.queued()
    for _ in range(MAX_ATTEMPTS):
        _fail_task(world, record)
        world.paint(record.job_id)
        record = world.scene(record.job_id)

    assert record.status is JobStatus.FAILED
    assert record.failure is not None
    assert record.failure.code == "render_failed"
    assert "OOM" in record.failure.detail
    assert world.state.keys("open/") == []


def test_one_changed_car_pixel_keeps_a_poster_from_being_delivered(world: World) -> None:
    record = world.rendered()
    frozen = next(key for key in world.mount.keys("input/vehicles/") if key.endswith("96.png"))
    _change_one_pixel(world, frozen)

    after = world.store(record.task_id)

    # No new plate would bring the pixel back: somebody looks at once.
    assert after.status is JobStatus.NEEDS_REVIEW
    assert after.gpu_tasks == 1
    assert after.result is not None
    assert "master.protected_changed" in after.result.failures


def test_a_file_that_is_not_visible_yet_is_waited_for_by_the_platform(world: World) -> None:
    record = world.rendered()
    key = f"output/{record.task_id}/poster.png"
    poster = world.mount.objects.pop(key)
    with pytest.raises(UpstreamUnavailableError):
        world.store(record.task_id)
    world.mount.objects[key] = poster

    assert world.store(record.task_id).status is JobStatus.SUCCEEDED


def test_a_late_result_of_an_older_attempt_wins_while_the_job_is_open(world: World) -> None:
    record = world.queued()
    _fail_task(world, world.record(record.job_id))
    world.paint(record.job_id)
    second = world.scene(record.job_id)
    world.render(second.task_id)
    world.notice(record.task_id)

    assert world.record(record.job_id).task_id == record.task_id


def test_an_expired_job_is_not_painted(world: World) -> None:
    job_id = world.submit().job_id
    world.clock.advance(31 * 60)

    record = world.paint(job_id)

    assert record.failure is not None
    assert record.failure.code == "deadline_passed"
    assert world.scenes.orders == []


def _change_one_pixel(world: World, key: str) -> None:
    """Freeze the same car in a colour one code away; sidecar and file agree with each other."""
    import hashlib
    import io

    import numpy as np
    from PIL import Image

    from tests.comfyui import small_car

    car = np.array(Image.open(io.BytesIO(world.mount.objects[key].data)))
    row, column = np.argwhere(car[..., 3] == 255)[0]
    car[row, column, 0] ^= 1
    data = small_car.png(Image.fromarray(car))
    sidecar_key = key.split("sizes/", maxsplit=1)[0] + "sidecar.json"
    sidecar = json.loads(world.mount.objects[sidecar_key].data)
    size = next(each for each in sidecar["sizes"] if each["width"] == car.shape[1])
    size["sha256"] = hashlib.sha256(data).hexdigest()
    world.mount.put(key, data)
    world.mount.put(sidecar_key, json.dumps(sidecar).encode())

"""What is noted and said of a plate that was not painted, whoever else is at the job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from functions.paint_scene import use_case
from functions.paint_scene.plate import OvertakenError, Plates
from shared.core import ids
from shared.core.errors import ModerationError, PictureError
from shared.jobs.record import JobStatus
from shared.ports import SceneProgress
from shared.prompts.model import PromptSource
from shared.prompts.template import template_prompt
from shared.workflows.task_workflow import shown_facts
from tests.unit.functions.world import MAX_ATTEMPTS, World

if TYPE_CHECKING:
    from shared.jobs.record import JobRecord


def prompted(world: World) -> JobRecord:
    job_id = world.submit().job_id
    return world.paint(job_id)


def failures_told(world: World, job: JobRecord) -> list[dict[str, Any]]:
    """Run paint_scene; return what its lines say of failures."""
    with capture_logs() as lines:
        world.scene(job.job_id)
    return [
        {name: line[name] for name in ("job_id", "error", "reason")}
        for line in lines
        if line["event"] == "scene.failed"
    ]


def test_a_models_own_words_stay_out_of_the_log(world: World) -> None:
    job = prompted(world)
    world.scenes.ending = SceneProgress("failed", reason="what somebody has written")

    told = failures_told(world, job)

    assert told == MAX_ATTEMPTS * [
        {"job_id": job.job_id, "error": "SceneFailedError", "reason": ""}
    ]
    record = world.record(job.job_id)
    assert record.status is JobStatus.FAILED
    assert record.failure is not None
    assert (record.failure.code, record.scene_failures) == ("scene_failed", MAX_ATTEMPTS)


def test_a_picture_that_cannot_be_used_is_told_with_its_reason(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, make = prompted(world), Plates.make
    left = [PictureError("it is no picture")]

    def making(*arguments: Any, **ports: Any) -> Any:
        if left:
            raise left.pop()
        return make(*arguments, **ports)

    monkeypatch.setattr(Plates, "make", making)

    told = failures_told(world, job)

    assert told == [{"job_id": job.job_id, "error": "PictureError", "reason": "it is no picture"}]
    assert world.record(job.job_id).scene_failures == 1


def test_content_that_was_refused_is_replaced_by_the_templates_prompt(world: World) -> None:
    job = prompted(world)
    world.scenes.fail("order", ModerationError("no"))

    assert len(failures_told(world, job)) == 1

    record = world.record(job.job_id)
    assert record.prompt is not None
    assert record.prompt.source is PromptSource.TEMPLATE
    wanted = template_prompt(shown_facts(record), seed=ids.seed_of(job.job_id))
    assert record.prompt.prompt == wanted


@pytest.mark.parametrize(
    "meanwhile", [{"scene_failures": 1}, {"attempts": 1}, {"scene_failures": 1, "attempts": 1}]
)
def test_a_failure_that_another_run_has_gone_past_is_not_counted(
    world: World, meanwhile: dict[str, int]
) -> None:
    seen = prompted(world)
    newest = seen.note(now=world.clock.now(), **meanwhile)
    assert world.jobs.append(newest)
    error = PictureError("it is no picture")

    use_case._note_failure(seen, 1, error, jobs=world.jobs, clock=world.clock)

    assert world.record(seen.job_id).version == newest.version


def test_a_run_that_was_overtaken_returns_the_job_as_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = prompted(world)

    def overtaken(*_: Any, **__: Any) -> Any:
        assert world.jobs.append(world.record(job.job_id).note(now=world.clock.now()))
        msg = "this attempt has been overtaken"
        raise OvertakenError(msg)

    monkeypatch.setattr(Plates, "make", overtaken)

    record = world.scene(job.job_id)

    assert record == world.record(job.job_id)
    assert record.version > job.version

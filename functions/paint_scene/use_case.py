"""Make the plate of the attempt that is due, bind the style's workflow, send the task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.paint_scene.plate import OvertakenError, SceneFailedError, make_plate
from shared import ids, log
from shared.errors import PictureError, WorkflowError
from shared.jobs.closing import fail, finish
from shared.jobs.moving import load, move
from shared.jobs.record import Failure, JobRecord, WrittenPrompt
from shared.jobs.sending import next_attempt, send
from shared.prompts.model import PromptSource
from shared.prompts.template import template_prompt
from shared.styles import style
from shared.trips.facts import facts_of
from shared.workflows.bind import bind
from shared.workflows.load import load_workflow

if TYPE_CHECKING:
    from functions.paint_scene.plate import PlateRules
    from shared.jobs.record import Scene
    from shared.ports import Clock, JobStore, ObjectStore, SceneModel, WorkflowQueue

_OUT_OF_TIME = Failure(code="deadline_passed", detail="The time for this poster ran out.")
_NO_SCENE = Failure(code="scene_failed", detail="The picture model did not paint the scene.")
_BAD_WORKFLOW = Failure(code="workflow_invalid", detail="The style's workflow is not usable.")


def paint_scene(
    job_id: str,
    *,
    rules: PlateRules,
    max_attempts: int,
    jobs: JobStore,
    model: SceneModel,
    mount: ObjectStore,
    queue: WorkflowQueue,
    clock: Clock,
) -> JobRecord:
    """Paint, bind, send; a plate that fails is painted anew, up to `max_attempts` times."""
    while True:
        record = load(job_id, jobs=jobs)
        attempt = next_attempt(record, max_attempts=max_attempts)
        if attempt is None:
            finish(record, jobs=jobs)
            return record
        if clock.now() >= record.deadline_at:
            return fail(job_id, _OUT_OF_TIME, jobs=jobs, clock=clock)
        if record.scene_failures >= max_attempts:
            return fail(job_id, _NO_SCENE, jobs=jobs, clock=clock)
        try:
            scene = make_plate(
                record, attempt, rules=rules, jobs=jobs, model=model, mount=mount, clock=clock
            )
            return _send(record, scene, jobs=jobs, queue=queue, clock=clock)
        except OvertakenError:
            return load(job_id, jobs=jobs)
        except (SceneFailedError, PictureError) as error:
            _note_failure(record, attempt, error, jobs=jobs, clock=clock)


def _send(
    record: JobRecord, scene: Scene, *, jobs: JobStore, queue: WorkflowQueue, clock: Clock
) -> JobRecord:
    try:
        workflow = bind(load_workflow(style(record.style).workflow), _values(record, scene))
    except WorkflowError as error:
        log.logger().error("workflow.invalid", style=record.style, detail=str(error))
        return fail(record.job_id, _BAD_WORKFLOW, jobs=jobs, clock=clock)
    newest = load(record.job_id, jobs=jobs)
    return send(newest, scene, workflow, jobs=jobs, queue=queue, clock=clock)


def _values(record: JobRecord, scene: Scene) -> dict[str, str | int | float]:
    facts = facts_of(record.trip)
    return {
        "plate": scene.plate_key.removeprefix("input/"),
        "vehicle": record.vehicle,
        "season": facts.season.value,
        "weather": facts.weather.value,
        "time_of_day": facts.time_of_day.value,
        "task_id": ids.task_id(record.job_id, scene.attempt),
    }


def _note_failure(
    record: JobRecord,
    attempt: int,
    error: SceneFailedError | PictureError,
    *,
    jobs: JobStore,
    clock: Clock,
) -> None:
    """Count the failure; content that was refused is replaced by the template's prompt."""
    log.logger().warning("scene.failed", job_id=record.job_id, error=type(error).__name__)
    changes: dict[str, object] = {"scene": None, "scene_failures": record.scene_failures + 1}
    if isinstance(error, SceneFailedError) and error.moderated:
        prompt = template_prompt(facts_of(record.trip), seed=ids.seed_of(record.job_id))
        changes["prompt"] = WrittenPrompt(prompt=prompt, source=PromptSource.TEMPLATE)

    def decide(newest: JobRecord) -> JobRecord | None:
        same = newest.scene_failures == record.scene_failures
        if not same or newest.attempts + 1 != attempt or newest.status.is_closed:
            return None
        return newest.note(now=clock.now(), **changes)

    move(record.job_id, decide, jobs=jobs)

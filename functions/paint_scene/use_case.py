"""Make the plate of the attempt that is due, bind the style's workflow, send the task."""

from __future__ import annotations

from functions.paint_scene.plate import OvertakenError, PlateRules, Plates, SceneFailedError
from shared.core import ids
from shared.core.errors import HeldError, PictureError
from shared.jobs.circuits import Circuits
from shared.jobs.closing import fail, finish
from shared.jobs.control import GPU_QUEUE, PICTURE_MODEL
from shared.jobs.deadlines import out_of_time
from shared.jobs.model_list import ModelList
from shared.jobs.moving import load, load_for, move
from shared.jobs.record import Failure, JobRecord, WrittenPrompt
from shared.jobs.sending import held_back, is_next, next_attempt
from shared.observability import log
from shared.ports import Clock, JobStore, ObjectStore, SceneModel, WorkflowQueue
from shared.prompts.model import PromptSource
from shared.prompts.template import template_prompt
from shared.workflows.task_workflow import planned, send_task, shown_facts

_NO_SCENE = Failure(code="scene_failed", detail="The picture model did not paint the scene.")


def paint_scene(
    job_id: str,
    *,
    rules: PlateRules,
    max_attempts: int,
    jobs: JobStore,
    models: ModelList[SceneModel],
    mount: ObjectStore,
    queue: WorkflowQueue,
    circuits: Circuits,
    clock: Clock,
) -> JobRecord:
    """Paint, bind, send; a plate that fails is painted anew, up to `max_attempts` times."""
    plates = Plates(
        rules=rules, jobs=jobs, models=models, mount=mount, circuits=circuits, clock=clock
    )
    while True:
        record = load_for(
            lambda seen: next_attempt(seen, max_attempts=max_attempts), job_id, jobs=jobs
        )
        attempt = next_attempt(record, max_attempts=max_attempts)
        if attempt is None:
            finish(record, jobs=jobs)
            return record
        hindrance = _hindrance(record, max_attempts, clock)
        if hindrance:
            return fail(job_id, hindrance, jobs=jobs, clock=clock, known=record)
        record = planned(record, jobs=jobs, clock=clock)
        if record.status.is_closed:
            return record
        try:
            circuits.check(PICTURE_MODEL, GPU_QUEUE)
            newest, scene = plates.make(record, attempt)
            return send_task(newest, scene, jobs=jobs, queue=queue, circuits=circuits, clock=clock)
        except HeldError as held:
            return held_back(record, held)
        except OvertakenError:
            return load(job_id, jobs=jobs)
        except (SceneFailedError, PictureError) as error:
            _note_failure(record, attempt, error, jobs=jobs, clock=clock)


def _hindrance(record: JobRecord, max_attempts: int, clock: Clock) -> Failure | None:
    """Return why no plate is painted any more."""
    if clock.now() >= record.ends_at:
        return out_of_time(record)
    return _NO_SCENE if record.scene_failures >= max_attempts else None


def _note_failure(
    record: JobRecord,
    attempt: int,
    error: SceneFailedError | PictureError,
    *,
    jobs: JobStore,
    clock: Clock,
) -> None:
    """Count the failure; content that was refused is replaced by the template's prompt."""
    # A plate's refusal names nothing but the file; a model's own words stay out of the log.
    reason = str(error) if isinstance(error, PictureError) else ""
    kind = type(error).__name__
    log.logger().warning("scene.failed", job_id=record.job_id, error=kind, reason=reason)
    changes: dict[str, object] = {"scene": None, "scene_failures": record.scene_failures + 1}
    if isinstance(error, SceneFailedError) and error.moderated:
        prompt = template_prompt(shown_facts(record), seed=ids.seed_of(record.job_id))
        changes["prompt"] = WrittenPrompt(prompt=prompt, source=PromptSource.TEMPLATE)

    def decide(newest: JobRecord) -> JobRecord | None:
        same = newest.scene_failures == record.scene_failures
        if not same or not is_next(newest, attempt) or newest.status.is_closed:
            return None
        return newest.note(now=clock.now(), **changes)

    move(record.job_id, decide, jobs=jobs)

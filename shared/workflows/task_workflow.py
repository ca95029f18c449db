"""The graph of one task: what is known of a job, bound to its style's workflow, and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.composition import eye_metres, layouts, replanned, resolved, staging_of
from shared.core import ids
from shared.core.errors import WorkflowError
from shared.core.formats import DEFAULT_FORMAT, Format
from shared.jobs.closing import fail
from shared.jobs.facts import facts_of_job
from shared.jobs.moving import move
from shared.jobs.record import Composition, Failure, JobRecord, Scene
from shared.jobs.sending import send
from shared.observability import log
from shared.ports import Clock, JobStore, WorkflowQueue
from shared.prompts.english_text import english_negative, english_prompt
from shared.prompts.model import PaintingPrompt
from shared.prompts.painting_text import LONGEST, negative_prompt, picture_prompt
from shared.prompts.template import retold
from shared.styles import Style, style, styles
from shared.trips.facts import TripFacts
from shared.workflows.bind import bind
from shared.workflows.load import load_workflow
from shared.workflows.model import Value, Workflow

if TYPE_CHECKING:
    from shared.jobs.circuits import Circuits

_LAYOUT_GONE = Failure(
    code="layout_gone", detail="This poster's layout is not there any more, and no other suits it."
)
_BAD_WORKFLOW = Failure(code="workflow_invalid", detail="The style's workflow is not usable.")
# What a workflow of our own paints before it is scaled to the canvas: of the same shape.
_LATENT: dict[Format, dict[str, Value]] = {
    "9:16": {"width": 720, "height": 1280},
    "1:1": {"width": 1024, "height": 1024},
    "16:9": {"width": 1280, "height": 720},
}
# As many as a workflow takes; the best guess goes first.
_MOST_MEMBERS = 16
_MONTHS = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]


def planned(record: JobRecord, *, jobs: JobStore, clock: Clock) -> JobRecord:
    """Return the job with a layout that this release has: planned anew, or closed without one.

    A plate that was meant for the layout that is gone is given up.
    """
    plan = record.composition
    found = replanned(plan, ids.seed_of(record.job_id)) if plan else None
    if plan is None or found == plan:
        return record
    now = found.layout if found else ""
    log.logger().warning("layout.gone", job_id=record.job_id, layout=plan.layout, now=now)
    if found is None:
        return fail(record.job_id, _LAYOUT_GONE, jobs=jobs, clock=clock, known=record)

    def decide(newest: JobRecord) -> JobRecord | None:
        if newest.status.is_closed or newest.composition != plan:
            return None
        return newest.note(now=clock.now(), composition=found, scene=None)

    return move(record.job_id, decide, jobs=jobs, known=record).record


def send_task(
    record: JobRecord,
    scene: Scene,
    *,
    jobs: JobStore,
    queue: WorkflowQueue,
    circuits: Circuits,
    clock: Clock,
) -> JobRecord:
    """Bind and post the attempt of this scene; a workflow that does not bind ends the job."""
    record = planned(record, jobs=jobs, clock=clock)
    if record.status.is_closed:
        return record
    try:
        workflow = _bound(record, scene)
    except WorkflowError as error:
        log.logger().error("workflow.invalid", style=record.painted_style, detail=str(error))
        return fail(record.job_id, _BAD_WORKFLOW, jobs=jobs, clock=clock, known=record)
    return send(record, scene, workflow, jobs=jobs, queue=queue, circuits=circuits, clock=clock)


def _bound(record: JobRecord, scene: Scene) -> bytes:
    if record.prompt is None:
        raise WorkflowError("the job has no prompt")
    return bind_task(
        style(record.painted_style),
        shown_facts(record),
        record.prompt.prompt,
        task_id=ids.task_id(record.job_id, scene.attempt),
        vehicle=record.vehicle,
        plate=scene.plate_key.removeprefix("input/"),
        seed=record.task_seed(scene.attempt),
        plan=record.composition,
    )


def bind_task(
    look: Style,
    facts: TripFacts,
    prompt: PaintingPrompt,
    *,
    task_id: str,
    vehicle: str,
    plate: str = "",
    seed: int | None = None,
    plan: Composition | None = None,
) -> bytes:
    """Return the body to post; `plate` is the plate's name below input/, if there is one.

    A workflow that knows no layouts gets `vehicle` alone, whatever the plan. Raises WorkflowError
    when the style asks for what its workflow does not have.
    """
    workflow = load_workflow(look.workflow)
    known = task_values(
        look, facts, prompt, task_id=task_id, vehicle=vehicle, plate=plate, seed=seed, plan=plan
    )
    return bind(workflow, {**declared(workflow, known), **look.bound_inputs})


def task_values(
    look: Style,
    facts: TripFacts,
    prompt: PaintingPrompt,
    *,
    task_id: str,
    vehicle: str,
    plate: str = "",
    seed: int | None = None,
    plan: Composition | None = None,
) -> dict[str, Value]:
    """Return everything a workflow may want to know of a task; each takes what it declares."""
    wanted, unwanted = scene_texts(look, facts, prompt, plan=plan)
    width, height = look.size(plan.format if plan else DEFAULT_FORMAT)
    return {
        "plate": plate,
        "vehicle": vehicle,
        "season": facts.season.value,
        "weather": facts.weather.value,
        "time_of_day": facts.time_of_day.value,
        "title": prompt.title,
        "line": f"{prompt.city} · {_MONTHS[facts.month - 1]}月",
        "task_id": task_id,
        "prompt": wanted,
        "negative_prompt": unwanted,
        "seed": ids.seed_of(task_id) if seed is None else seed,
        "canvas_width": width,
        "canvas_height": height,
        "lettering_style": look.id,
        **_LATENT.get(plan.format if plan else DEFAULT_FORMAT, {}),
        **(_placed(plan) if plan else {}),
    }


def _placed(plan: Composition) -> dict[str, Value]:
    layout = layouts()[plan.layout]
    return {
        "vehicles": " ".join(plan.members[:_MOST_MEMBERS]),
        "layout": resolved(layout, plan.format),
        "horizon": layout.formats[plan.format].horizon,
        "camera_height": eye_metres(plan.view),
    }


def shown_facts(record: JobRecord) -> TripFacts:
    """Return the facts that the job's poster shows: its style may move the hour."""
    facts = facts_of_job(record)
    look = styles().get(record.painted_style)
    return look.shown(facts) if look else facts


def plate_size(record: JobRecord) -> tuple[int, int]:
    """Return the width and height of a job's plate and poster, in pixels."""
    plan = record.composition
    return style(record.painted_style).size(plan.format if plan else DEFAULT_FORMAT)


def scene_texts(
    look: Style,
    facts: TripFacts,
    prompt: PaintingPrompt,
    *,
    longest: int = LONGEST,
    plan: Composition | None = None,
) -> tuple[str, str]:
    """Return the picture prompt and the negative one, in the language the style's model reads.

    A prompt that was written for another hour than the style shows is told anew. The model reads
    `longest` characters. `plan` is what the plate is asked for.
    """
    told = prompt if _tells(prompt, facts) else retold(prompt, facts)
    added = look.added_words(facts)
    staging = staging_of(plan) if plan else None
    if look.prompt_language == "en":
        festival = facts.occasion.words_en if facts.occasion else ""
        words = ", ".join(each for each in (festival, added, look.style_words) if each)
        return english_prompt(told, words, staging=staging), english_negative(look.negative_words)
    wanted = picture_prompt(
        told,
        look.style_words,
        added=added,
        without=look.must_not_contain,
        staging=staging,
        longest=longest,
    )
    return wanted, negative_prompt(look.negative_words)


def _tells(prompt: PaintingPrompt, facts: TripFacts) -> bool:
    told = (prompt.season, prompt.weather, prompt.time_of_day)
    return told == (facts.season, facts.weather, facts.time_of_day)


def declared(workflow: Workflow, values: dict[str, Value]) -> dict[str, Value]:
    """Return those values that the workflow has an input for.

    One that knows layouts chooses among the `vehicles` of the plan; any other is given the vehicle
    that the trip was accepted with, under the horizon of its own.
    """
    names = {spec.name for spec in workflow.inputs}
    known = dict(values)
    if "layout" not in names:
        known.pop("horizon", None)
    elif "vehicles" in known:
        known["vehicle"] = known["vehicles"]
    return {name: value for name, value in known.items() if name in names}

"""What a designer wants to try: trip, style, vehicle, and values of the workflow's inputs."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from local.trip_file import trip_in
from shared.core import ids
from shared.core.errors import WorkflowError, suggestion
from shared.jobs.record import JobRecord, JobStatus, Step, WrittenPrompt
from shared.prompts.model import PaintingPrompt, PromptSource
from shared.prompts.template import template_prompt
from shared.prompts.words import MOOD_WORDS, fact_words
from shared.styles import Style, style
from shared.trips.facts import facts_of
from shared.trips.reading import ReadTrip
from shared.workflows.bind import bind
from shared.workflows.load import load_workflow
from shared.workflows.model import Value, Workflow
from shared.workflows.task_workflow import declared, shown_facts, task_values


@dataclass(frozen=True)
class Wishes:
    """The command's arguments; `workflow` and `settings` go before what the style says."""

    trip: Path
    style: str
    vehicle: str
    workflow: str | None = None
    settings: tuple[str, ...] = ()
    plate: Path | None = None


@dataclass(frozen=True)
class Order:
    """The same, read and checked: a job's record as it would stand before its one task."""

    record: JobRecord
    look: Style
    workflow: Workflow

    @property
    def needs_plate(self) -> bool:
        """Whether the workflow wants a finished scene."""
        return any(spec.name == "plate" for spec in self.workflow.inputs)

    @property
    def asks(self) -> bool:
        """Whether a text model inside the workflow writes the prompt."""
        return any(spec.name == "query_prompt" for spec in self.workflow.inputs)

    @property
    def prompt(self) -> PaintingPrompt:
        """The template's prompt, which every order has."""
        if self.record.prompt is None:
            raise WorkflowError("an order has a prompt")
        return self.record.prompt.prompt

    def body(self) -> bytes:
        """Return the graph to post; WorkflowError names every unsuitable value."""
        record = self.record
        known = task_values(
            self.look,
            shown_facts(record),
            self.prompt,
            task_id=record.task_id,
            vehicle=record.vehicle,
            plate=ids.plate_key(record.task_id).removeprefix("input/"),
        )
        known["query_prompt"] = _query(self.prompt)
        offered = declared(self.workflow, known)
        return bind(self.workflow, {**offered, **self.look.bound_inputs})


def read_order(wishes: Wishes, vehicle: str) -> Order:
    """Read the wishes, `vehicle` in full; InvalidRequestError (trip, style) or WorkflowError."""
    look = style(wishes.style)
    workflow = load_workflow(wishes.workflow or look.workflow)
    # Of the style's own values, those that another workflow lacks are left out.
    own, same = look.bound_inputs, workflow.name == look.workflow
    kept = own if same else declared(workflow, own)
    inputs = {**kept, **_settings(wishes.settings, workflow)}
    changed = look.model_copy(
        update={"workflow": workflow.name, "workflow_inputs": inputs, "lora": None}
    )
    return Order(_record(trip_in(wishes.trip), changed, vehicle), changed, workflow)


def _record(read: ReadTrip, look: Style, vehicle: str) -> JobRecord:
    now = datetime.now(timezone.utc)
    job_id = f"try-{uuid.uuid4().hex[:12]}"
    prompt = template_prompt(look.shown(facts_of(read.trip)), seed=ids.seed_of(job_id))
    return JobRecord(
        job_id=job_id,
        version=1,
        status=JobStatus.RENDERED,
        attempt=1,
        recorded_at=now,
        tenant="designer",
        driver_key="",
        request_digest="",
        trip=read.trip,
        warnings=read.warnings,
        style=look.id,
        vehicle=vehicle,
        created_at=now,
        deadline_at=now + timedelta(hours=1),
        prompt=WrittenPrompt(prompt=prompt, source=PromptSource.TEMPLATE),
        history=(Step(status=JobStatus.ACCEPTED, at=now),),
    )


def _query(prompt: PaintingPrompt) -> Value:
    """Return what a text model inside the workflow is asked: the facts, and nothing private."""
    words = fact_words(prompt.season, prompt.weather, prompt.time_of_day)
    mood = MOOD_WORDS[prompt.mood]
    return f"城市：{prompt.city}；景点：{prompt.landmark}；{'，'.join(words)}；心情：{mood}。"


def _settings(settings: tuple[str, ...], workflow: Workflow) -> dict[str, Value]:
    kinds = {spec.name: spec.type for spec in workflow.inputs}
    found: dict[str, Value] = {}
    for setting in settings:
        name, separator, text = setting.partition("=")
        if not separator or name not in kinds:
            hint = suggestion(name, kinds)
            msg = f"--set {setting}: write name=value{hint}; names are: {', '.join(kinds)}"
            raise WorkflowError(msg)
        found[name] = _number(text) if kinds[name] in {"int", "float"} else text
    return found


def _number(text: str) -> Value:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, int | float) else text

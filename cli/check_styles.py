"""Hold the style files against the workflows they bind and the nodes behind.

Every finding names file and line. Weights that a server lacks are warnings; `strict` makes them
errors. Without a ComfyUI, the shipped description of the nodes is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cli.check_workflows import Asked, Verdict, judged, known_workflows
from shared.core.errors import NotFoundError, WorkflowError, suggestion
from shared.prompts.contradictions import contradiction
from shared.prompts.landmarks import Climate
from shared.prompts.template import template_prompt
from shared.seasons.calendar import calendar
from shared.styles import Fault, Style, StyleFileError, read_style
from shared.styles.faults import line_of
from shared.styles.reading import lines_of
from shared.trips.facts import Season, TimeOfDay, TripFacts
from shared.trips.mood import Mood
from shared.trips.weather import Weather
from shared.workflows.load import load_workflow
from shared.workflows.task_workflow import bind_task
from shared.workflows.values import check_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from local.printed import Say
    from shared.styles.positions import Pointer
    from shared.workflows.model import Workflow
    from shared.workflows.node_facts import Catalogue

_JOB = "j" + "a" * 31


@dataclass(frozen=True)
class Finding:
    """A mistake, or a warning: something that only a certain server will tell."""

    fault: Fault
    is_error: bool = True

    def __str__(self) -> str:
        """Return one line."""
        return f"{'error' if self.is_error else 'warning'}: {self.fault}"


def check(styles: Sequence[str], asked: Asked, *, say: Say) -> int:
    """Print every finding and a line for each style; return 1 if something must change."""
    catalogue = asked.catalogue()
    paths = sorted(asked.folder.glob("*.json"))
    wanted = [path for path in paths if not styles or path.stem in styles]
    if missing := set(styles) - {path.stem for path in paths}:
        known = ", ".join(path.stem for path in paths)
        msg = f"there is no style {', '.join(sorted(missing))} in {asked.folder}; it has: {known}"
        raise NotFoundError(msg)
    return judged(
        {path.stem: _judged(path, catalogue, strict=asked.strict) for path in wanted}, say
    )


def findings(path: Path, catalogue: Catalogue) -> list[Finding]:
    """Return everything that is wrong with a style file."""
    try:
        look, lines = read_style(path), lines_of(path).lines
    except StyleFileError as error:
        return [Finding(fault) for fault in error.faults]
    found = [*_workflow_findings(look, catalogue), *_variant_findings(look)]
    return [
        Finding(
            Fault(path.name, line_of(lines, place), f"{'.'.join(map(str, place))}: {reason}"), e
        )
        for place, reason, e in found
    ]


_Found = tuple["Pointer", str, bool]


def _judged(path: Path, catalogue: Catalogue, *, strict: bool) -> Verdict:
    found = findings(path, catalogue)
    errors = [each for each in found if strict or each.is_error]
    return Verdict(tuple(map(str, found)), not errors)


def _workflow_findings(look: Style, catalogue: Catalogue) -> Iterator[_Found]:
    try:
        workflow = load_workflow(look.workflow)
    except WorkflowError as error:
        known = known_workflows()
        there = look.workflow in known
        reason = str(error) if there else f"there is no workflow {look.workflow!r}"
        yield ("workflow",), reason + ("" if there else suggestion(look.workflow, known)), True
        return
    yield from _input_findings(look, workflow)
    yield from _scene_findings(look, workflow)
    yield from _weight_findings(look, workflow, catalogue)


def _input_findings(look: Style, workflow: Workflow) -> Iterator[_Found]:
    specs = {spec.name: spec for spec in workflow.inputs}
    for name, value in look.bound_inputs.items():
        place = _place_of_input(look, name)
        if name not in specs:
            hint = suggestion(name, specs)
            yield place, f"workflow {workflow.name} has no input '{name}'{hint}", True
            continue
        for fault in check_value(specs[name], value):
            yield place, fault, True


def _place_of_input(look: Style, name: str) -> Pointer:
    of_lora = {"lora": ("lora", "file"), "lora_strength": ("lora", "strength")}
    return of_lora[name] if look.lora and name in of_lora else ("workflow_inputs", name)


def _scene_findings(look: Style, workflow: Workflow) -> Iterator[_Found]:
    takes_plate = any(spec.name == "plate" for spec in workflow.inputs)
    if look.scene == "picture_model" and not takes_plate:
        reason = f"workflow {workflow.name} takes no plate, so it paints itself: say 'workflow'"
        yield ("scene",), reason, True
    elif look.scene == "workflow" and takes_plate:
        reason = f"workflow {workflow.name} wants a plate: say 'picture_model'"
        yield ("scene",), reason, True
    else:
        yield from _binding_findings(look)


def _binding_findings(look: Style) -> Iterator[_Found]:
    """Bind the style to a trip: what the single checks do not see shows here."""
    facts = next(_all_facts())
    prompt = template_prompt(look.shown(facts), seed=1)
    task, car = f"{_JOB}-1", "citycar/g1/red/0123456789ab"
    plate = f"{task}/plate.png" if look.scene == "picture_model" else ""
    try:
        bind_task(look, look.shown(facts), prompt, task_id=task, vehicle=car, plate=plate)
    except WorkflowError as error:
        named = any(f"'{name}'" in str(error) for name in look.bound_inputs)
        if not named:
            yield ("workflow",), str(error), True


def _weight_findings(look: Style, workflow: Workflow, catalogue: Catalogue) -> Iterator[_Found]:
    for spec in workflow.inputs:
        value = look.bound_inputs.get(spec.name)
        for target in spec.targets if value is not None else ():
            facts = catalogue.get(target.class_type)
            known = facts.inputs.get(target.input) if facts else None
            if known is None or known.choices is None or value in known.choices:
                continue
            choices = [str(choice) for choice in known.choices]
            reason = f"this ComfyUI has no '{value}'{suggestion(str(value), choices)}"
            yield _place_of_input(look, spec.name), reason, not known.lists_files


def _variant_findings(look: Style) -> Iterator[_Found]:
    """Season variants name what there is, and speak of no other season, weather or hour."""
    festivals = calendar().festivals
    known = [*(season.value for season in Season), *festivals]
    for name, words in look.season_variants.items():
        place: Pointer = ("season_variants", name)
        if name not in known:
            hint = suggestion(name, known)
            yield place, f"is neither a season nor a festival of the calendar{hint}", True
        elif name in {season.value for season in Season} and look.prompt_language == "zh":
            wrong = _contradicted(words, (f for f in _all_facts() if f.season.value == name))
            if wrong:
                yield place, f"speaks of another {wrong}; it is added to every picture", True
    if look.prompt_language == "zh":
        wrong = _contradicted(look.style_words, _all_facts())
        if wrong:
            yield ("style_words",), f"speaks of a {wrong}; it ends every prompt", True


def _contradicted(words: str, all_facts: Iterable[TripFacts]) -> str:
    found = (contradiction(words, facts, Climate.MILD) for facts in all_facts)
    return next((fact for fact in found if fact), "")


def _all_facts() -> Iterator[TripFacts]:
    for season in Season:
        for weather in Weather:
            for hour in TimeOfDay:
                yield TripFacts(
                    cities=("杭州市",),
                    destination_city="杭州市",
                    season=season,
                    weather=weather,
                    time_of_day=hour,
                    mood=Mood.FREE,
                    month=1,
                    distance_km=1.0,
                    driving_hours=1.0,
                )

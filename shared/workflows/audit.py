"""Hold a workflow against a ComfyUI's own description of its nodes, before anything is posted.

ComfyUI accepts some graphs that can never run (a literal where a picture belongs) and ignores
what it does not know (a misspelt input): both are found here, with the place and the way out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shared.core.errors import suggestion
from shared.workflows.model import GraphNode, Link, Workflow
from shared.workflows.node_facts import ANY, Catalogue, InputFacts, NodeFacts

Level = Literal["error", "warning"]
_SHOWN = 12


@dataclass(frozen=True)
class Finding:
    """One mistake, or one thing to look at, with its place in the workflow."""

    level: Level
    workflow: str
    node: str
    title: str
    class_type: str
    input: str
    message: str

    def __str__(self) -> str:
        """Return one line: where, and what."""
        title = f" '{self.title}'" if self.title else ""
        place = f"{self.workflow}: node {self.node}{title} ({self.class_type})"
        named = f", input '{self.input}'" if self.input else ""
        return f"{self.level}: {place}{named}: {self.message}"


def audit(workflow: Workflow, catalogue: Catalogue) -> list[Finding]:
    """Return everything this ComfyUI would refuse, fail on or silently ignore."""
    found: list[Finding] = []
    unknown = {node.class_type for node in workflow.nodes.values()} - set(catalogue)
    for key, node in workflow.nodes.items():
        place = _Place(workflow.name, key, node)
        facts = catalogue.get(node.class_type)
        if facts is None:
            hint = suggestion(node.class_type, catalogue)
            found.append(place.error("", f"this ComfyUI has no class '{node.class_type}'{hint}"))
            continue
        found += _node_findings(place, facts, workflow.nodes, catalogue)
    # Without all classes one cannot say what is an output, and what leads to it.
    return found if unknown else [*found, *_output_findings(workflow, catalogue)]


def missing_defaults(
    nodes: Mapping[str, GraphNode], catalogue: Catalogue
) -> dict[str, dict[str, Any]]:
    """Return node id -> required inputs that the graph lacks and this ComfyUI has a default for."""
    lacking: dict[str, dict[str, Any]] = {}
    for key, node in nodes.items():
        facts = catalogue.get(node.class_type)
        for name, spec in facts.inputs.items() if facts else ():
            default = default_of(spec)
            if spec.required and name not in node.inputs and default is not None:
                lacking.setdefault(key, {})[name] = default
    return lacking


def default_of(spec: InputFacts) -> Any:
    """Return what an untouched widget holds, None where there is none."""
    if not spec.takes_literal or spec.is_dynamic:
        return None
    if spec.choices is not None:
        first = spec.choices[0] if spec.choices and not spec.lists_files else None
        return spec.options.get("default", first)
    return spec.options.get("default", "" if spec.kind == "STRING" else None)


@dataclass(frozen=True)
class _Place:
    """Where in a workflow one looks."""

    workflow: str
    key: str
    node: GraphNode

    def error(self, name: str, message: str) -> Finding:
        return self._finding("error", name, message)

    def warning(self, name: str, message: str) -> Finding:
        return self._finding("warning", name, message)

    def _finding(self, level: Level, name: str, message: str) -> Finding:
        title, kind = self.node.meta.title, self.node.class_type
        return Finding(level, self.workflow, self.key, title, kind, name, message)


def _node_findings(
    place: _Place, facts: NodeFacts, nodes: Mapping[str, GraphNode], catalogue: Catalogue
) -> Iterator[Finding]:
    if facts.deprecated:
        yield place.warning("", "this ComfyUI calls the class deprecated")
    for name, spec in facts.inputs.items():
        if spec.required and name not in place.node.inputs and not spec.is_dynamic:
            yield place.error(name, _missing(spec, name, place.node, facts))
    for name, value in place.node.inputs.items():
        known = facts.inputs.get(name)
        if known is None:
            yield from _unknown(place, name, value, facts)
        elif isinstance(value, tuple):
            yield from _link_findings(place, name, value, known, nodes, catalogue)
        else:
            yield from literal_findings(place, name, value, known)


def _missing(spec: InputFacts, name: str, node: GraphNode, facts: NodeFacts) -> str:
    default = default_of(spec)
    if default is not None:
        return f"required here and not in the graph; --write-defaults puts in its default {default}"
    unknown = [given for given in node.inputs if given not in facts.inputs]
    return f"required, of type {spec.kind}, and missing{suggestion(name, unknown)}"


def _unknown(place: _Place, name: str, value: Any, facts: NodeFacts) -> Iterator[Finding]:
    parent = name.partition(".")[0]
    if parent in facts.inputs and facts.inputs[parent].is_dynamic:
        return
    hint = suggestion(name, facts.inputs)
    if isinstance(value, tuple):
        # A link is followed and handed to the node's function, which has no such argument.
        yield place.error(name, f"the class has no such input, and fails on a link to it{hint}")
    else:
        yield place.warning(name, f"the class has no such input, and ignores it{hint}")


def _link_findings(
    place: _Place,
    name: str,
    link: Link,
    spec: InputFacts,
    nodes: Mapping[str, GraphNode],
    catalogue: Catalogue,
) -> Iterator[Finding]:
    source, slot = link
    facts = catalogue.get(nodes[source].class_type) if source in nodes else None
    if facts is None:
        return
    label = f"node {source} ({nodes[source].class_type})"
    if slot >= len(facts.outputs):
        offered = ", ".join(f"{i}: {kind}" for i, kind in enumerate(facts.outputs)) or "none"
        yield place.error(name, f"{label} has no output {slot}; it has {offered}")
    elif not _fits(facts.outputs[slot], spec) and not spec.is_dynamic:
        kind = facts.outputs[slot]
        fitting = [str(i) for i, each in enumerate(facts.outputs) if _fits(each, spec)]
        hint = f"; did you mean its output {fitting[0]}?" if fitting else ""
        yield place.error(name, f"takes {spec.kind}, output {slot} of {label} gives {kind}{hint}")


def _fits(kind: str, spec: InputFacts) -> bool:
    given = frozenset(kind.split(","))
    return ANY in given | spec.kinds or bool(given & spec.kinds)


def literal_findings(place: _Place, name: str, value: Any, spec: InputFacts) -> Iterator[Finding]:
    """Yield what is wrong with a value that stands in the graph itself."""
    if spec.is_dynamic:
        return
    if not spec.takes_literal:
        problem = f"must be a link to an output of type {spec.kind}, not a literal"
        yield place.error(name, f"{problem}; ComfyUI accepts it and fails when it runs")
    elif spec.choices is not None:
        yield from _choice_findings(place, name, value, spec)
    else:
        yield from (place.error(name, fault) for fault in literal_faults(value, spec))


def _choice_findings(place: _Place, name: str, value: Any, spec: InputFacts) -> Iterator[Finding]:
    choices = spec.choices or ()
    if value in choices:
        return
    hint, allowed = suggestion(str(value), map(str, choices)), _listed(choices)
    if spec.lists_files:
        if not any(str(option).endswith("_upload") for option in spec.options):
            yield place.warning(name, f"this ComfyUI has no file '{value}', only: {allowed}{hint}")
        return
    yield place.error(name, f"'{value}' is not one of: {allowed}{hint}")


def literal_faults(value: Any, spec: InputFacts) -> Iterator[str]:
    """Yield what is wrong with a literal's type and range; choices are judged elsewhere."""
    wanted = {"INT": "a whole number", "FLOAT": "a number", "STRING": "text", "BOOLEAN": "a switch"}
    suits = {
        "INT": isinstance(value, int) and not isinstance(value, bool),
        "FLOAT": isinstance(value, int | float) and not isinstance(value, bool),
        "STRING": isinstance(value, str),
        "BOOLEAN": isinstance(value, bool),
    }
    judged = [suits[kind] for kind in spec.kinds if kind in suits]
    if judged and not any(judged):
        words = " or ".join(wanted[kind] for kind in sorted(spec.kinds) if kind in wanted)
        yield f"must be {words}, is {value!r}; ComfyUI would convert it without a word"
    elif not isinstance(value, str | bool):
        yield from _range_faults(value, spec.options)


def _range_faults(value: float, options: Mapping[str, Any]) -> Iterator[str]:
    low, high = options.get("min"), options.get("max")
    outside = (low is not None and value < low) or (high is not None and value > high)
    if outside:
        yield f"{value} is not in the allowed range {low} to {high}"


def _output_findings(workflow: Workflow, catalogue: Catalogue) -> Iterator[Finding]:
    ends: list[str] = []
    for key, node in workflow.nodes.items():
        if catalogue[node.class_type].is_output:
            ends.append(key)
        elif node.meta.title.startswith("out:"):
            place = _Place(workflow.name, key, node)
            yield place.error("", "is titled 'out:' and is no output node; nothing makes it run")
    if not ends:
        yield Finding("error", workflow.name, "-", "", "the whole graph", "", "has no output node")
    needed = _needed(workflow.nodes, ends)
    for key, node in workflow.nodes.items():
        if key not in needed:
            yield _Place(workflow.name, key, node).warning("", "no output needs it; it never runs")
        if key in _needed(workflow.nodes, [source for source, _ in node.links]):
            yield _Place(workflow.name, key, node).error("", "reads, in a circle, its own output")


def _needed(nodes: Mapping[str, GraphNode], ends: Iterable[str]) -> set[str]:
    seen, waiting = set[str](), list(ends)
    while waiting:
        key = waiting.pop()
        if key in nodes and key not in seen:
            seen.add(key)
            waiting += [source for source, _ in nodes[key].links]
    return seen


def _listed(choices: tuple[Any, ...]) -> str:
    shown = ", ".join(map(str, choices[:_SHOWN])) or "none"
    return shown if len(choices) <= _SHOWN else f"{shown} and {len(choices) - _SHOWN} more"

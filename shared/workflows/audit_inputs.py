"""Hold a workflow's typed inputs against the nodes they go to, and its size against the queue."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from shared.core.errors import suggestion
from shared.workflows.audit import Finding
from shared.workflows.bind import MAX_BODY_BYTES, graph_with
from shared.workflows.check import by_title
from shared.workflows.model import InputSpec, Target, Value, Workflow
from shared.workflows.node_facts import Catalogue, InputFacts

_KINDS = {"int": {"INT", "FLOAT"}, "float": {"FLOAT"}, "string": {"STRING"}}
_WIDEST, _NARROWEST = "旅", "a"


def audit_inputs(workflow: Workflow, catalogue: Catalogue) -> list[Finding]:
    """Return every value that the schema lets through and the node would refuse."""
    titles = by_title(workflow.nodes)
    found: list[Finding] = []
    for spec in workflow.inputs:
        for target in spec.targets:
            facts = catalogue.get(target.class_type)
            known = facts.inputs.get(target.input) if facts else None
            if known is not None:
                key = titles[target.title]
                faults = _faults(spec, known)
                found += [_finding(workflow, key, target, spec, fault) for fault in faults]
    return found


def audit_size(workflow: Workflow) -> list[Finding]:
    """Return a finding if the longest allowed values make a body that the queue refuses."""
    size = largest_body(workflow)
    if size < MAX_BODY_BYTES:
        return []
    message = f"posts up to {size} bytes, the queue takes less than {MAX_BODY_BYTES}"
    return [Finding("error", workflow.name, "-", "", "the whole graph", "", message)]


def largest_body(workflow: Workflow) -> int:
    """Return the bytes posted when every input holds its longest value, Chinese if it may."""
    graph = graph_with(workflow, {spec.name: _longest(spec) for spec in workflow.inputs})
    return len(json.dumps(graph, ensure_ascii=False, separators=(",", ":")).encode())


def _longest(spec: InputSpec) -> Value:
    if spec.type == "choice":
        return max(spec.choices, key=lambda choice: len(choice.encode()))
    if spec.type == "string":
        return (_WIDEST if _takes_chinese(spec) else _NARROWEST) * spec.max_length
    whole = spec.type == "int"
    return -(10**19) if whole else -1.0000000000000001e-100


def _takes_chinese(spec: InputSpec) -> bool:
    if spec.pattern is None:
        return True
    pattern = re.compile(spec.pattern)
    return any(pattern.fullmatch(_WIDEST * length) for length in range(1, spec.max_length + 1))


def _finding(workflow: Workflow, key: str, target: Target, spec: InputSpec, fault: str) -> Finding:
    message = f"workflow input '{spec.name}' {fault}"
    return Finding(
        "error", workflow.name, key, target.title, target.class_type, target.input, message
    )


def _faults(spec: InputSpec, known: InputFacts) -> Iterator[str]:
    if known.is_dynamic:
        return
    if not known.takes_literal:
        yield f"sets a value where a link of type {known.kind} belongs"
    elif known.choices is not None:
        yield from _choice_faults(spec, known)
    elif spec.type == "choice":
        if "STRING" not in known.kinds:
            yield f"is a choice of words, the node takes {known.kind}"
    elif not _KINDS[spec.type] & known.kinds:
        yield f"is of type {spec.type}, the node takes {known.kind}"
    elif spec.type != "string":
        yield from _range_faults(spec, known.options)


def _choice_faults(spec: InputSpec, known: InputFacts) -> Iterator[str]:
    allowed = [str(choice) for choice in known.choices or ()]
    if known.lists_files:
        return
    if spec.type != "choice":
        yield f"is of type {spec.type}, the node takes one of: {', '.join(allowed)}"
        return
    for choice in spec.choices:
        if choice not in allowed:
            hint = suggestion(choice, allowed)
            yield f"allows '{choice}'{hint}; the node allows: {', '.join(allowed)}"


def _range_faults(spec: InputSpec, options: Any) -> Iterator[str]:
    low, high = options.get("min"), options.get("max")
    if low is not None and (spec.minimum is None or spec.minimum < low):
        yield f"allows {_bound(spec.minimum, 'any')} and more, the node {low} and more"
    if high is not None and (spec.maximum is None or spec.maximum > high):
        yield f"allows up to {_bound(spec.maximum, 'any')}, the node up to {high}"


def _bound(value: float | None, nothing: str) -> str:
    return nothing if value is None else f"{value:g}"

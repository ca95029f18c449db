"""Check a workflow before it is ever sent: what ComfyUI would refuse, or silently accept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from shared.core.errors import WorkflowError, suggestion
from shared.workflows.model import GraphNode, InputSpec, Target, Workflow
from shared.workflows.values import check_value


def check_workflow(workflow: Workflow) -> None:
    """Raise WorkflowError naming everything that is wrong with a workflow and its schema."""
    faults = [
        *_title_faults(workflow.nodes),
        *_link_faults(workflow.nodes),
        *_input_faults(workflow.inputs, workflow.nodes),
        *_unbound_titles(workflow),
    ]
    if faults:
        raise WorkflowError(f"workflow {workflow.name}: {'; '.join(faults)}")


def by_title(nodes: dict[str, GraphNode]) -> dict[str, str]:
    """Return title -> node id for the nodes that carry one of our titles."""
    return {node.meta.title: key for key, node in nodes.items() if _is_ours(node.meta.title)}


def _is_ours(title: str) -> bool:
    return title.startswith(("in:", "out:"))


def _title_faults(nodes: dict[str, GraphNode]) -> Iterator[str]:
    titles = Counter(node.meta.title for node in nodes.values() if _is_ours(node.meta.title))
    for title, count in titles.items():
        if count > 1:
            yield f"{count} nodes are titled '{title}'"
    if not any(title.startswith("out:") for title in titles):
        yield "no node is titled 'out:...'"


def _link_faults(nodes: dict[str, GraphNode]) -> Iterator[str]:
    for key, node in nodes.items():
        for source, slot in node.links:
            if source not in nodes:
                yield f"node {key} reads node {source}, which does not exist"
            elif slot < 0:
                yield f"node {key} reads slot {slot} of node {source}"


def _input_faults(inputs: tuple[InputSpec, ...], nodes: dict[str, GraphNode]) -> Iterator[str]:
    for name, count in Counter(spec.name for spec in inputs).items():
        if count > 1:
            yield f"input '{name}' is declared {count} times"
    for spec in inputs:
        if not spec.required and spec.default is None:
            yield f"optional input '{spec.name}' has no default"
        if spec.default is not None:
            yield from check_value(spec, spec.default)
        for target in spec.targets:
            yield from _target_faults(target, nodes)


def _target_faults(target: Target, nodes: dict[str, GraphNode]) -> Iterator[str]:
    titles = by_title(nodes)
    if target.title not in titles:
        yield f"no node is titled '{target.title}'{suggestion(target.title, titles)}"
        return
    node = nodes[titles[target.title]]
    if node.class_type != target.class_type:
        yield f"'{target.title}' is a {node.class_type}, not a {target.class_type}"
    if target.input not in node.inputs:
        hint = suggestion(target.input, node.inputs)
        yield f"'{target.title}' has no input '{target.input}'{hint}"
    elif isinstance(node.inputs[target.input], tuple):
        yield f"'{target.title}.{target.input}' is a link and cannot be set"


def _unbound_titles(workflow: Workflow) -> Iterator[str]:
    bound = {target.title for spec in workflow.inputs for target in spec.targets}
    for title in by_title(workflow.nodes):
        if title not in bound:
            yield f"nothing is bound to '{title}'"

"""Write comfyui/workflows/<name>/workflow.json, what a designer opens, from workflow_api.json.

The editor's file (LiteGraph, version 0.4) holds more than what is posted: places, sizes, links
with numbers of their own, and the widgets' values as a bare list in the order of the class's
inputs. Nodes are laid out in columns: a node stands right of everything it reads from.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cli.check_workflows import known_workflows
from local.comfyui.object_info import object_info
from shared.core.errors import NotFoundError
from shared.workflows.audit import default_of
from shared.workflows.load import WORKFLOWS, load_workflow
from shared.workflows.node_facts import read_object_info

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from local.printed import Say
    from shared.workflows.model import GraphNode, Workflow
    from shared.workflows.node_facts import Catalogue, InputFacts, NodeFacts

_COLUMN, _WIDTH, _GAP = 420, 340, 60
_HEADER, _ROW, _TEXT_ROWS = 46, 26, 5
_NOTE = (
    "Values of nodes titled in:... and out:... are set for each task, by these titles:"
    " keep the titles. Everything else is as you leave it.\n\n"
    "After a change: export in API format as workflow_api.json, then run"
    " `poster workflows check` and `poster workflows designer`."
)


@dataclass(frozen=True)
class _Edge:
    """One link: its number, from where, to where."""

    number: int
    source: str
    slot: int
    target: str
    name: str


@dataclass(frozen=True)
class _Editor:
    """A workflow as the editor sees it."""

    workflow: Workflow
    catalogue: Catalogue

    @cached_property
    def edges(self) -> list[_Edge]:
        """All links, numbered in the order of the nodes and their inputs."""
        found: list[_Edge] = []
        for key, node in self.workflow.nodes.items():
            for name, value in node.inputs.items():
                if isinstance(value, tuple):
                    found.append(_Edge(len(found) + 1, value[0], value[1], key, name))
        return found

    @cached_property
    def columns(self) -> dict[str, int]:
        """Node -> how many nodes stand, at most, in a row before it."""
        depth: dict[str, int] = {}
        waiting = dict(self.workflow.nodes)
        while waiting:
            for key, node in list(waiting.items()):
                sources = [source for source, _ in node.links]
                if all(source in depth for source in sources):
                    depth[key] = 1 + max((depth[source] for source in sources), default=-1)
                    del waiting[key]
        return depth

    def nodes(self) -> Iterator[dict[str, Any]]:
        """Yield the nodes with their places, and a note for the designer."""
        bottoms: dict[int, int] = {}
        for order, key in enumerate(sorted(self.columns, key=lambda k: (self.columns[k], int(k)))):
            column, height = self.columns[key], self._height(key)
            top = bottoms.get(column, 0)
            bottoms[column] = top + height + _GAP
            place = {"pos": [column * _COLUMN, top], "size": [_WIDTH, height], "order": order}
            yield self._node(key, place)
        yield _note(max(map(int, self.columns)) + 1, len(self.columns))

    def _facts(self, key: str) -> NodeFacts:
        return self.catalogue[self.workflow.nodes[key].class_type]

    def _height(self, key: str) -> int:
        facts = self._facts(key)
        held = [spec for spec in facts.inputs.values() if spec.takes_literal]
        texts = sum(1 for spec in held if spec.options.get("multiline"))
        slots = max(len(facts.inputs) - len(held), len(facts.outputs))
        return _HEADER + _ROW * (slots + len(held) + texts * _TEXT_ROWS)

    def _node(self, key: str, place: dict[str, Any]) -> dict[str, Any]:
        node, facts = self.workflow.nodes[key], self._facts(key)
        titled = {"title": node.meta.title} if node.meta.title else {}
        return {
            "id": int(key),
            "type": node.class_type,
            **titled,
            **place,
            "flags": {},
            "mode": 0,
            "inputs": [self._slot(key, name, spec) for name, spec in _sockets(node, facts)],
            "outputs": list(self._outputs(key, facts)),
            "properties": {"Node name for S&R": node.class_type},
            "widgets_values": list(_widget_values(node, facts)),
        }

    def _slot(self, key: str, name: str, spec: InputFacts) -> dict[str, Any]:
        ends = (edge.number for edge in self.edges if (edge.target, edge.name) == (key, name))
        # A widget that was turned into an input keeps its widget.
        widget = {"widget": {"name": name}} if spec.takes_literal else {}
        return {"name": name, "type": spec.kind, "link": next(ends, None), **widget}

    def _outputs(self, key: str, facts: NodeFacts) -> Iterator[dict[str, Any]]:
        for slot, kind in enumerate(facts.outputs):
            ends = [e.number for e in self.edges if (e.source, e.slot) == (key, slot)]
            name = facts.output_names[slot]
            yield {"name": name, "type": kind, "links": ends or None, "slot_index": slot}

    def links(self) -> Iterator[list[Any]]:
        """Yield [number, from node, its slot, to node, its slot, type]."""
        for edge in self.edges:
            sockets = _sockets(self.workflow.nodes[edge.target], self._facts(edge.target))
            slot = [name for name, _ in sockets].index(edge.name)
            kind = self._facts(edge.source).outputs[edge.slot]
            yield [edge.number, int(edge.source), edge.slot, int(edge.target), slot, kind]


def designer_workflow(workflow: Workflow, catalogue: Catalogue) -> bytes:
    """Return the editor's file of a workflow whose classes are all in the catalogue."""
    editor = _Editor(workflow, catalogue)
    nodes = list(editor.nodes())
    document = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"trip-poster/{workflow.name}")),
        "revision": 0,
        "last_node_id": max(node["id"] for node in nodes),
        "last_link_id": len(editor.edges),
        "nodes": nodes,
        "links": list(editor.links()),
        "groups": [],
        "config": {},
        "extra": {},
        "version": 0.4,
    }
    return (_written(document) + "\n").encode()


def _written(value: Any, indent: int = 0) -> str:
    """Return JSON with what fits on a line on one line."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + indent <= 110 or not isinstance(value, dict | list):
        return line
    pad = " " * (indent + 1)
    if isinstance(value, list):
        parts, ends = [_written(each, indent + 1) for each in value], "[]"
    else:
        named = value.items()
        parts = [f"{json.dumps(name)}: {_written(each, indent + 1)}" for name, each in named]
        ends = "{}"
    return ends[0] + "\n" + ",\n".join(pad + part for part in parts) + f"\n{' ' * indent}{ends[1]}"


def _sockets(node: GraphNode, facts: NodeFacts) -> list[tuple[str, InputFacts]]:
    """Return what is drawn as an input: what only links can bring, then widgets that are linked."""
    bare = [(n, s) for n, s in facts.inputs.items() if not s.takes_literal]
    linked = [
        (n, s)
        for n, s in facts.inputs.items()
        if s.takes_literal and isinstance(node.inputs.get(n), tuple)
    ]
    return [*bare, *linked]


def _widget_values(node: GraphNode, facts: NodeFacts) -> Iterator[Any]:
    for name, spec in facts.inputs.items():
        if not spec.takes_literal:
            continue
        given = node.inputs.get(name)
        yield default_of(spec) if given is None or isinstance(given, tuple) else given
        if name in {"seed", "noise_seed"} or spec.options.get("control_after_generate"):
            yield "fixed"
        if spec.options.get("image_upload"):
            yield "image"


def _note(number: int, order: int) -> dict[str, Any]:
    return {
        "id": number,
        "type": "Note",
        "pos": [0, -220],
        "size": [_WIDTH * 2, 170],
        "flags": {},
        "order": order,
        "mode": 0,
        "inputs": [],
        "outputs": [],
        "properties": {"text": ""},
        "widgets_values": [_NOTE],
    }


def write(names: Sequence[str], *, say: Say) -> None:
    """Write the files of the named workflows, or of all."""
    known = known_workflows()
    if unknown := set(names) - set(known):
        msg = f"no workflow {', '.join(sorted(unknown))}; there are: {', '.join(known)}"
        raise NotFoundError(msg)
    nodes, rows = read_object_info(object_info()), []
    for name in names or known:
        path = WORKFLOWS / name / "workflow.json"
        path.write_bytes(designer_workflow(load_workflow(name), nodes))
        rows.append({"written": path})
    say.table(rows, empty="", heads=False)

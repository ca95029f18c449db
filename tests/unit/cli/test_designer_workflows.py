"""workflow.json is workflow_api.json, as the editor keeps it: the way back gives the same graph."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest

from cli.check_workflows import known_workflows
from cli.designer_workflows import designer_workflow
from local.comfyui.object_info import object_info
from shared.workflows.load import WORKFLOWS, load_workflow
from shared.workflows.node_facts import read_object_info

if TYPE_CHECKING:
    from shared.workflows.node_facts import NodeFacts

NAMES = known_workflows()
CATALOGUE = read_object_info(object_info())


def opened(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((WORKFLOWS / name / "workflow.json").read_bytes())
    return document


def exported(document: dict[str, Any]) -> dict[str, Any]:
    """Return the graph in API format, as the editor's own export makes it."""
    sources = {link[0]: [str(link[1]), link[2]] for link in document["links"]}
    graph: dict[str, Any] = {}
    for node in document["nodes"]:
        if node["type"] == "Note":
            continue
        inputs = _widgets(node, CATALOGUE[node["type"]])
        for slot in node["inputs"]:
            if slot["link"] is not None:
                inputs[slot["name"]] = sources[slot["link"]]
        graph[str(node["id"])] = {"class_type": node["type"], "inputs": inputs}
        if "title" in node:
            graph[str(node["id"])]["_meta"] = {"title": node["title"]}
    return graph


def _widgets(node: dict[str, Any], facts: NodeFacts) -> dict[str, Any]:
    values, named = iter(node["widgets_values"]), {}
    for name, spec in facts.inputs.items():
        if spec.takes_literal:
            named[name] = next(values)
            # The editor's own widgets beside the node's: what to do with a seed, upload a picture.
            if name == "seed":
                assert next(values) == "fixed"
            if spec.options.get("image_upload"):
                assert next(values) == "image"
    assert list(values) == []
    return named


@pytest.mark.parametrize("name", NAMES)
def test_what_the_editor_exports_is_what_is_posted(name: str) -> None:
    posted = json.loads((WORKFLOWS / name / "workflow_api.json").read_bytes())
    assert exported(opened(name)) == posted


@pytest.mark.parametrize("name", NAMES)
def test_the_file_is_the_newest(name: str) -> None:
    fresh = designer_workflow(load_workflow(name), CATALOGUE)
    written = (WORKFLOWS / name / "workflow.json").read_bytes()
    assert written == fresh, "run `poster workflows designer`"


@pytest.mark.parametrize("name", NAMES)
def test_both_ends_of_a_link_know_it_and_agree_on_its_type(name: str) -> None:
    document = opened(name)
    nodes = {node["id"]: node for node in document["nodes"]}
    for number, source, out, target, into, kind in document["links"]:
        assert number in nodes[source]["outputs"][out]["links"]
        assert nodes[target]["inputs"][into]["link"] == number
        assert (
            nodes[source]["outputs"][out]["type"] == nodes[target]["inputs"][into]["type"] == kind
        )
    assert document["last_link_id"] == len(document["links"])
    assert document["last_node_id"] == max(nodes)


@pytest.mark.parametrize("name", NAMES)
def test_links_run_to_the_right_and_no_node_covers_another(name: str) -> None:
    document = opened(name)
    nodes = {node["id"]: node for node in document["nodes"]}
    for _, source, _, target, _, _ in document["links"]:
        assert nodes[source]["pos"][0] + nodes[source]["size"][0] <= nodes[target]["pos"][0]
    for one, other in itertools.combinations(document["nodes"], 2):
        apart = any(
            a["pos"][axis] + a["size"][axis] <= b["pos"][axis]
            for a, b in ((one, other), (other, one))
            for axis in (0, 1)
        )
        assert apart, f"{one['type']} {one['id']} covers {other['type']} {other['id']}"

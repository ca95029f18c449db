"""The audit: each planted mistake is found, with its place, what is allowed, and a way out."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from shared.core.errors import WorkflowError
from shared.workflows.audit import audit, missing_defaults
from shared.workflows.audit_inputs import audit_inputs, audit_size, largest_body
from shared.workflows.bind import MAX_BODY_BYTES
from shared.workflows.model import GraphNode, InputSpec, Workflow
from shared.workflows.node_facts import read_object_info

if TYPE_CHECKING:
    from shared.workflows.node_facts import Catalogue

SAMPLERS = ["euler", "heun", "lms"]
LONG_LIST = [f"sampler{number}" for number in range(30)]


def node(
    required: dict[str, Any], output: list[Any], *, is_output: bool = False, **more: Any
) -> dict[str, Any]:
    return {"input": {"required": required, **more}, "output": output, "output_node": is_output}


def described(sampler: Any) -> dict[str, Any]:
    """Return an object_info; `sampler` is the spelling of one choice."""
    return {
        "Load": node({"name": [["a.ckpt", "b.ckpt"]]}, ["MODEL", "IMAGE"]),
        "Picture": node({"image": [["x.png"], {"image_upload": True}]}, ["IMAGE", "MASK"]),
        "Sample": node(
            {
                "model": ["MODEL"],
                "sampler": sampler,
                "many": [LONG_LIST],
                "steps": ["INT", {"default": 20, "min": 1, "max": 100}],
                "cfg": ["FLOAT", {"default": 8.0, "min": 0.0, "max": 30.0}],
                "tiled": ["BOOLEAN", {"default": False}],
                "text": ["STRING", {"multiline": True}],
            },
            ["IMAGE"],
            optional={"note": ["STRING", {"forceInput": True}], "both": ["FLOAT,INT", {}]},
        ),
        "Grow": node({"images": ["COMFY_AUTOGROW_V3", {}]}, ["*"]),
        "Save": node({"images": ["IMAGE"], "prefix": ["STRING", {}]}, [], is_output=True),
    }


V1: Any = [SAMPLERS, {"default": "euler"}]
V3: Any = ["COMBO", {"options": SAMPLERS, "default": "euler"}]
GRAPH: dict[str, Any] = {
    "1": {"class_type": "Load", "inputs": {"name": "a.ckpt"}},
    "2": {
        "class_type": "Sample",
        "inputs": {
            "model": ["1", 0],
            "sampler": "euler",
            "many": "sampler3",
            "steps": 20,
            "cfg": 7,
            "tiled": False,
            "text": "a road",
        },
        "_meta": {"title": "in:sampler"},
    },
    "3": {
        "class_type": "Save",
        "inputs": {"images": ["2", 0], "prefix": "x"},
        "_meta": {"title": "out:poster"},
    },
}


def catalogue(sampler: Any = V1) -> Catalogue:
    return read_object_info(json.dumps(described(sampler)).encode())


def workflow(graph: dict[str, Any], *inputs: dict[str, Any]) -> Workflow:
    nodes = {key: GraphNode.model_validate(each) for key, each in graph.items()}
    specs = tuple(InputSpec.model_validate(each) for each in inputs)
    return Workflow(name="little", nodes=nodes, inputs=specs, digest="")


def changed(key: str, **inputs: Any) -> Workflow:
    """Return the sound graph with inputs of one node set, or with None taken away."""
    graph = copy.deepcopy(GRAPH)
    merged = {**graph[key]["inputs"], **inputs}
    graph[key]["inputs"] = {name: value for name, value in merged.items() if value is not None}
    return workflow(graph)


def lines(found: list[Any]) -> list[str]:
    return [str(each) for each in found]


@pytest.mark.parametrize("spelling", [V1, V3])
def test_a_sound_graph_has_no_findings_in_either_spelling(spelling: Any) -> None:
    assert audit(workflow(GRAPH), catalogue(spelling)) == []


@pytest.mark.parametrize("spelling", [V1, V3])
def test_a_wrong_choice_names_place_allowed_values_and_what_was_meant(spelling: Any) -> None:
    assert lines(audit(changed("2", sampler="eulr"), catalogue(spelling))) == [
        (
            "error: little: node 2 'in:sampler' (Sample), input 'sampler': 'eulr' is not one of:"
            " euler, heun, lms, did you mean 'euler'?"
        )
    ]


IN_2 = "little: node 2 'in:sampler' (Sample), input"
IN_3 = "little: node 3 'out:poster' (Save), input"


@pytest.mark.parametrize(
    ("key", "inputs", "line"),
    [
        (
            "2",
            {"many": "sampler99"},
            (
                f"error: {IN_2} 'many': 'sampler99' is not one of:"
                f" {', '.join(LONG_LIST[:12])} and 18 more, did you mean 'sampler9'?"
            ),
        ),
        (
            "3",
            {"images": "text"},
            (
                f"error: {IN_3} 'images': must be a link to an output of type IMAGE, not a literal;"
                " ComfyUI accepts it and fails when it runs"
            ),
        ),
        (
            "2",
            {"note": "a word"},
            (
                f"error: {IN_2} 'note': must be a link to an output of type STRING, not a literal;"
                " ComfyUI accepts it and fails when it runs"
            ),
        ),
        (
            "3",
            {"images": ["1", 0]},
            (
                f"error: {IN_3} 'images': takes IMAGE, output 0 of node 1 (Load) gives MODEL;"
                " did you mean its output 1?"
            ),
        ),
        (
            "3",
            {"images": ["1", 7]},
            f"error: {IN_3} 'images': node 1 (Load) has no output 7; it has 0: MODEL, 1: IMAGE",
        ),
        (
            "2",
            {"steps": 0},
            f"error: {IN_2} 'steps': 0 is not in the allowed range 1 to 100",
        ),
        (
            "2",
            {"cfg": 30.5},
            f"error: {IN_2} 'cfg': 30.5 is not in the allowed range 0.0 to 30.0",
        ),
        (
            "2",
            {"steps": "20"},
            (
                f"error: {IN_2} 'steps': must be a whole number, is '20';"
                " ComfyUI would convert it without a word"
            ),
        ),
        (
            "2",
            {"steps": 20.5},
            (
                f"error: {IN_2} 'steps': must be a whole number, is 20.5;"
                " ComfyUI would convert it without a word"
            ),
        ),
        (
            "2",
            {"tiled": "no"},
            (
                f"error: {IN_2} 'tiled': must be a switch, is 'no';"
                " ComfyUI would convert it without a word"
            ),
        ),
        (
            "2",
            {"both": "much"},
            (
                f"error: {IN_2} 'both': must be a number or a whole number, is 'much';"
                " ComfyUI would convert it without a word"
            ),
        ),
        (
            "2",
            {"speak_and_recognation": True},
            f"warning: {IN_2} 'speak_and_recognation': the class has no such input, and ignores it",
        ),
        (
            "2",
            {"stepz": 4},
            (
                f"warning: {IN_2} 'stepz': the class has no such input, and ignores it,"
                " did you mean 'steps'?"
            ),
        ),
        (
            "2",
            {"pictures": ["1", 1]},
            f"error: {IN_2} 'pictures': the class has no such input, and fails on a link to it",
        ),
        (
            "1",
            {"name": "c.ckpt"},
            (
                "warning: little: node 1 (Load), input 'name': this ComfyUI has no file 'c.ckpt',"
                " only: a.ckpt, b.ckpt, did you mean 'b.ckpt'?"
            ),
        ),
        (
            "2",
            {"steps": None},
            (
                f"error: {IN_2} 'steps': required here and not in the graph;"
                " --write-defaults puts in its default 20"
            ),
        ),
        (
            "2",
            {"model": None, "modell": 1},
            f"error: {IN_2} 'model': required, of type MODEL, and missing, did you mean 'modell'?",
        ),
    ],
)
def test_each_planted_mistake_is_reported_in_one_line(
    key: str, inputs: dict[str, Any], line: str
) -> None:
    found = lines(audit(changed(key, **inputs), catalogue()))
    assert line in found
    # What a misplaced link leaves unused, and a misspelt name, is told as well.
    beside = ("no output needs it", "ignores it")
    assert [each for each in found if each != line and not any(b in each for b in beside)] == []


def test_an_unknown_class_is_reported_with_a_suggestion() -> None:
    graph = {**GRAPH, "2": {**GRAPH["2"], "class_type": "Sampel"}}
    assert lines(audit(workflow(graph), catalogue())) == [
        (
            "error: little: node 2 'in:sampler' (Sampel): this ComfyUI has no class 'Sampel',"
            " did you mean 'Sample'?"
        )
    ]


def test_a_node_that_nothing_needs_is_a_warning() -> None:
    graph = {**GRAPH, "9": {"class_type": "Load", "inputs": {"name": "a.ckpt"}}}
    assert lines(audit(workflow(graph), catalogue())) == [
        "warning: little: node 9 (Load): no output needs it; it never runs"
    ]


def test_a_graph_that_reads_itself_is_an_error() -> None:
    graph = copy.deepcopy(GRAPH)
    graph["1"]["class_type"], graph["1"]["inputs"] = "Grow", {"images.a": ["2", 0]}
    found = lines(audit(workflow(graph), catalogue()))
    assert [line for line in found if "circle" in line] == [
        "error: little: node 1 (Grow): reads, in a circle, its own output",
        "error: little: node 2 'in:sampler' (Sample): reads, in a circle, its own output",
    ]


def test_a_graph_without_an_output_node_is_an_error() -> None:
    graph = {"1": GRAPH["1"], "2": {**GRAPH["2"], "_meta": {"title": "out:poster"}}}
    found = lines(audit(workflow(graph), catalogue()))
    assert "error: little: node - (the whole graph): has no output node" in found
    assert any("'out:poster' (Sample): is titled 'out:' and is no output" in each for each in found)


def test_a_deprecated_class_is_a_warning() -> None:
    info = described(V1)
    info["Save"]["deprecated"] = True
    found = lines(audit(workflow(GRAPH), read_object_info(json.dumps(info).encode())))
    assert found == [
        "warning: little: node 3 'out:poster' (Save): this ComfyUI calls the class deprecated"
    ]


def test_parts_of_a_dynamic_input_are_left_to_comfyui() -> None:
    graph = {
        **GRAPH,
        "3": {"class_type": "Save", "inputs": {"images": ["4", 0], "prefix": "x"}},
        "4": {"class_type": "Grow", "inputs": {"images.first": ["2", 0], "images.second": "x"}},
    }
    assert audit(workflow(graph), catalogue()) == []


def test_an_uploaded_picture_need_not_be_in_the_servers_list() -> None:
    graph = copy.deepcopy(GRAPH)
    graph["3"]["inputs"]["images"] = ["4", 0]
    graph["4"] = {"class_type": "Picture", "inputs": {"image": "task/plate.png"}}
    assert not [line for line in lines(audit(workflow(graph), catalogue())) if "image'" in line]


def test_defaults_of_newly_required_inputs_are_found_where_there_are_any() -> None:
    lacking = changed("2", steps=None, sampler=None, text=None, model=None, tiled=None)
    assert missing_defaults(lacking.nodes, catalogue(V3)) == {
        "2": {"sampler": "euler", "steps": 20, "tiled": False, "text": ""}
    }


@pytest.mark.parametrize("data", [b"", b"[]", b'{"X": 1}', b'{"X": {"input": {}}}', b"<html>"])
def test_what_is_no_object_info_is_refused(data: bytes) -> None:
    if data == b"[]":
        with pytest.raises(WorkflowError):
            read_object_info(data)
        return
    with pytest.raises(WorkflowError, match="no object_info of a ComfyUI"):
        read_object_info(data)


def typed(name: str, kind: str, target: str, **more: Any) -> dict[str, Any]:
    goal = {"title": "in:sampler", "class": "Sample", "input": target}
    return {"name": name, "type": kind, "required": True, "targets": [goal], **more}


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        (
            typed("method", "choice", "sampler", choices=["heun", "eular"]),
            "allows 'eular', did you mean 'euler'?; the node allows: euler, heun, lms",
        ),
        (
            typed("method", "string", "sampler"),
            "is of type string, the node takes one of: euler, heun, lms",
        ),
        (
            typed("steps", "int", "steps", minimum=1, maximum=200),
            "allows up to 200, the node up to 100",
        ),
        (
            typed("steps", "int", "steps", maximum=100),
            "allows any and more, the node 1 and more",
        ),
        (typed("steps", "float", "steps"), "is of type float, the node takes INT"),
        (typed("words", "string", "cfg"), "is of type string, the node takes FLOAT"),
        (typed("words", "choice", "cfg", choices=["7"]), "is a choice of words, the node takes"),
        (typed("net", "string", "model"), "sets a value where a link of type MODEL belongs"),
    ],
)
def test_a_value_that_the_schema_lets_through_and_the_node_refuses_is_found(
    spec: dict[str, Any], fault: str
) -> None:
    found = lines(audit_inputs(workflow(GRAPH, spec), catalogue()))
    assert len(found) == 1
    place = f"error: {IN_2} '{spec['targets'][0]['input']}': workflow input '{spec['name']}' "
    assert found[0].startswith(place + fault)


@pytest.mark.parametrize(
    "spec",
    [
        typed("method", "choice", "sampler", choices=["heun"]),
        typed("steps", "int", "steps", minimum=2, maximum=50),
        typed("cfg", "int", "cfg", minimum=2, maximum=9),
        typed("words", "choice", "text", choices=["a", "b"]),
        typed("words", "string", "text"),
    ],
)
def test_a_value_that_fits_its_node_is_not_mentioned(spec: dict[str, Any]) -> None:
    assert audit_inputs(workflow(GRAPH, spec), catalogue()) == []


def test_a_chinese_character_counts_three_bytes_and_a_pattern_of_letters_one() -> None:
    free = typed("words", "string", "text", max_length=100)
    short = largest_body(workflow(GRAPH, {**free, "max_length": 1}))
    assert largest_body(workflow(GRAPH, free)) == short + 99 * 3
    letters = {**free, "pattern": "[a-z]*"}
    assert largest_body(workflow(GRAPH, letters)) == short - 3 + 100


def test_a_prompt_that_may_grow_too_long_for_the_queue_is_an_error() -> None:
    spec = typed("words", "string", "text", max_length=4096)
    size = largest_body(workflow(GRAPH, spec))
    assert size > MAX_BODY_BYTES
    assert lines(audit_size(workflow(GRAPH, spec))) == [
        (
            f"error: little: node - (the whole graph): posts up to {size} bytes,"
            f" the queue takes less than {MAX_BODY_BYTES}"
        )
    ]
    assert audit_size(workflow(GRAPH)) == []

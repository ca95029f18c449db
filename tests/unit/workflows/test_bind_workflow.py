"""Binding by title: what is posted, and everything that is refused before posting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from shared.core.errors import WorkflowError
from shared.workflows.bind import MAX_BODY_BYTES, WorkflowTooLargeError, bind
from shared.workflows.load import load_workflow

if TYPE_CHECKING:
    from shared.workflows.model import Value

GOLDEN = Path(__file__).parents[2] / "golden" / "wanx_scene.bound.json"
JOB = "j" + "abcdefghijklmnopqrstuvwxyz23456"

VALUES: dict[str, Value] = {
    "plate": f"{JOB}-1/plate.png",
    "vehicle": "citycar/g1/red/0123456789ab",
    "season": "autumn",
    "weather": "rain",
    "time_of_day": "dusk",
    "title": "拙政园·一路向前",
    "line": "苏州市 · 十月",
    "task_id": f"{JOB}-1",
}


def test_the_bound_workflow_is_the_golden_file() -> None:
    assert bind(load_workflow("wanx_scene"), VALUES) == GOLDEN.read_bytes().rstrip(b"\n")


def test_one_value_reaches_every_target() -> None:
    graph = json.loads(bind(load_workflow("wanx_scene"), {**VALUES, "horizon": 0.6}))
    assert [graph[key]["inputs"]["weather"] for key in ("6", "2")] == ["rain"] * 2
    assert [graph[key]["inputs"]["horizon"] for key in ("6", "2", "3")] == [0.6] * 3


def test_up_to_sixteen_renders_are_bound_where_one_is_chosen() -> None:
    several = " ".join(f"citycar/g1/red/{n:012x}" for n in range(16))
    graph = json.loads(bind(load_workflow("wanx_scene"), {**VALUES, "vehicle": several}))
    assert graph["6"]["inputs"]["vehicle"] == several
    assert graph["2"]["inputs"]["vehicle"] == graph["3"]["inputs"]["vehicle"] == ["6", 0]
    with pytest.raises(WorkflowError, match="'vehicle' must match"):
        bind(load_workflow("wanx_scene"), {**VALUES, "vehicle": f"{several} {several[:27]}"})


def test_titles_are_not_posted() -> None:
    assert b"_meta" not in bind(load_workflow("wanx_scene"), VALUES)


def test_binding_does_not_change_the_workflow() -> None:
    workflow = load_workflow("wanx_scene")
    bind(workflow, {**VALUES, "weather": "snow"})
    assert bind(workflow, VALUES) == GOLDEN.read_bytes().rstrip(b"\n")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"wether": "rain"}, "there is no input 'wether', did you mean 'weather'?"),
        ({"weather": "drizzle"}, "'weather' must be one of clear, cloudy"),
        ({"horizon": 0.9}, "'horizon' must be at most 0.8"),
        ({"horizon": 0.1}, "'horizon' must be at least 0.3"),
        ({"horizon": "0.5"}, "'horizon' must be a number"),
        ({"horizon": True}, "'horizon' must be a number"),
        ({"horizon": float("nan")}, "'horizon' must be a number"),
        ({"task_id": 7}, "'task_id' must be text"),
        ({"task_id": "../x"}, "'task_id' must match"),
        ({"plate": "x" * 600}, "'plate' must be at most 512 characters long"),
        ({"vehicle": "citycar/g1/red/latest"}, "'vehicle' must match"),
    ],
)
def test_an_unsuitable_value_is_refused_by_name(change: dict[str, Value], complaint: str) -> None:
    with pytest.raises(WorkflowError) as caught:
        bind(load_workflow("wanx_scene"), {**VALUES, **change})
    assert complaint in str(caught.value)


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(WorkflowError) as caught:
        bind(load_workflow("wanx_scene"), {"season": "spring", "weather": 3})
    missing = ("plate", "vehicle", "time_of_day", "task_id")
    assert all(f"'{name}' is missing" in str(caught.value) for name in missing)
    assert "'weather' must be text" in str(caught.value)


def test_an_unknown_workflow_is_refused_with_a_suggestion() -> None:
    with pytest.raises(WorkflowError, match="did you mean 'wanx_scene'"):
        load_workflow("wanx_scenes")
    with pytest.raises(WorkflowError, match="there is no workflow"):
        load_workflow("../workflows/wanx_scene")


GRAPH: dict[str, Any] = {
    "1": {"class_type": "Text", "inputs": {"text": "", "steps": 4}, "_meta": {"title": "in:text"}},
    "2": {"class_type": "Save", "inputs": {"text": ["1", 0], "name": ""}, "_meta": {"title": "x"}},
    "3": {"class_type": "Save", "inputs": {"text": ["1", 0]}, "_meta": {"title": "out:file"}},
}
SCHEMA: dict[str, Any] = {
    "schema": 1,
    "inputs": [
        {
            "name": "text",
            "type": "string",
            "required": True,
            "max_length": 4096,
            "targets": [
                {"title": "in:text", "class": "Text", "input": "text"},
                {"title": "out:file", "class": "Save", "input": "name"},
            ],
        },
        {
            "name": "steps",
            "type": "int",
            "required": False,
            "default": 4,
            "maximum": 50,
            "targets": [{"title": "in:text", "class": "Text", "input": "steps"}],
        },
    ],
}


def written(folder: Path, graph: Any, schema: Any) -> Path:
    place = folder / "little"
    place.mkdir()
    (place / "workflow_api.json").write_text(json.dumps(graph))
    (place / "inputs.json").write_text(json.dumps(schema))
    return folder


def sound() -> tuple[Any, Any]:
    graph, schema = json.loads(json.dumps(GRAPH)), json.loads(json.dumps(SCHEMA))
    graph["3"]["inputs"]["name"] = ""
    return graph, schema


def test_a_whole_number_must_be_whole(tmp_path: Path) -> None:
    workflow = load_workflow("little", written(tmp_path, *sound()))
    assert json.loads(bind(workflow, {"text": "a", "steps": 7}))["1"]["inputs"]["steps"] == 7
    with pytest.raises(WorkflowError, match="must be a whole number"):
        bind(workflow, {"text": "a", "steps": 7.5})


def test_a_workflow_of_8192_bytes_is_too_large_and_one_less_is_not(tmp_path: Path) -> None:
    graph, schema = sound()
    graph["4"] = {"class_type": "Note", "inputs": {"pad": ""}}
    empty = len(bind(load_workflow("little", written(tmp_path, graph, schema)), {"text": ""}))
    graph["4"]["inputs"]["pad"] = "x" * (MAX_BODY_BYTES - 1 - empty)
    (tmp_path / "second").mkdir()
    workflow = load_workflow("little", written(tmp_path / "second", graph, schema))
    assert len(bind(workflow, {"text": ""})) == MAX_BODY_BYTES - 1
    with pytest.raises(WorkflowTooLargeError, match="8192 bytes"):
        bind(workflow, {"text": "", "steps": 12})


def test_the_limit_counts_utf_8_bytes_not_characters(tmp_path: Path) -> None:
    workflow = load_workflow("little", written(tmp_path, *sound()))
    assert "湖州".encode() in bind(workflow, {"text": "湖州"})
    with pytest.raises(WorkflowTooLargeError):
        bind(workflow, {"text": "湖" * 1400})


def test_the_digest_follows_both_files(tmp_path: Path) -> None:
    graph, schema = sound()
    digests = set()
    for name, change in (("a", {}), ("b", {"default": 5})):
        schema["inputs"][1] |= change
        (tmp_path / name).mkdir()
        workflow = load_workflow("little", written(tmp_path / name, graph, schema))
        digests.add(workflow.digest)
    assert len(digests) == 2


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("graph", "2", "inputs", "text"), ["9", 0], "reads node 9, which does not exist"),
        (("graph", "2", "inputs", "text"), ["1", -1], "reads slot -1"),
        (("graph", "2", "_meta", "title"), "in:extra", "nothing is bound to 'in:extra'"),
        (("graph", "2", "_meta", "title"), "in:text", "2 nodes are titled 'in:text'"),
        (("graph", "1", "class_type"), "Number", "'in:text' is a Number, not a Text"),
        (("graph", "1", "inputs"), {"texts": "", "steps": 4}, "did you mean 'texts'?"),
        (("graph", "1", "inputs", "text"), ["2", 0], "is a link and cannot be set"),
        (("graph", "1", "_meta", "title"), "in:texts", "no node is titled 'in:text'"),
        (("graph", "3", "_meta", "title"), "file", "no node is titled 'out:...'"),
        (("schema", "inputs", 1, "name"), "text", "input 'text' is declared 2 times"),
        (("schema", "inputs", 1, "default"), 99, "'steps' must be at most 50"),
        (("schema", "inputs", 1, "default"), None, "optional input 'steps' has no default"),
        (("schema", "inputs", 1, "type"), "picture", "little/inputs.json"),
        (("graph", "1", "inputs", "text"), {"a": 1}, "little/workflow_api.json"),
    ],
)
def test_a_faulty_workflow_is_refused_when_loaded(
    tmp_path: Path, path: tuple[Any, ...], value: Any, complaint: str
) -> None:
    graph, schema = sound()
    place: Any = {"graph": graph, "schema": schema}
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(WorkflowError) as caught:
        load_workflow("little", written(tmp_path, graph, schema))
    assert complaint in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "little").mkdir()
    with pytest.raises(WorkflowError, match=r"little/workflow_api\.json is missing"):
        load_workflow("little", tmp_path)

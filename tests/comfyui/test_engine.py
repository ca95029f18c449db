"""The stand-in engine answers as ComfyUI does; shapes as observed on version 0.33."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from local.comfyui.engine import WorkflowEngine
from local.comfyui.packs import PackError
from shared.workflows.bind import bind
from shared.workflows.load import load_workflow
from tests.comfyui.small_car import plate

if TYPE_CHECKING:
    from pathlib import Path

EMPTY = {"width": 8, "height": 8, "batch_size": 1, "color": 255}


def node(class_type: str, /, **inputs: Any) -> dict[str, Any]:
    return {"class_type": class_type, "inputs": inputs}


def run(engine: WorkflowEngine, prompt: Any) -> tuple[int, Any]:
    status, body = engine.run_task(json.dumps(prompt).encode(), {"task_id": "t-1"})
    return status, json.loads(body)


@pytest.fixture
def engine(mount: Path) -> WorkflowEngine:
    return WorkflowEngine(mount)


def saved(prefix: str = "x") -> dict[str, Any]:
    return {
        "1": node("EmptyImage", **EMPTY),
        "2": node("SaveImage", images=["1", 0], filename_prefix=prefix),
    }


def bound(reference: str, task_id: str = "t-1") -> bytes:
    scene = {"season": "summer", "weather": "clear", "time_of_day": "day"}
    values = {**scene, "title": "湖", "line": "湖州市 · 五月"}
    given = {"plate": "t-1/plate.png", "vehicle": reference, "task_id": task_id, **values}
    return bind(load_workflow("wanx_scene"), given)


def test_the_bundles_workflow_publishes_its_files_in_the_order_written(
    mount: Path, reference: str
) -> None:
    written: list[tuple[str, bytes, str]] = []
    engine = WorkflowEngine(mount, lambda *each: written.append(each))
    status, body = engine.run_task(bound(reference), {"task_id": "t-1"})
    assert status == 200
    pictures = ["poster.png", "plate.png", "bare.png", "protected.png"]
    names = [*pictures, "placement.json", "task.json"]
    assert [key for key, _, _ in written] == [f"output/t-1/{name}" for name in names]
    assert [kind for _, _, kind in written] == ["image/png"] * 4 + ["application/json"] * 2
    assert not (mount / "output").exists()
    events, outputs = json.loads(body)[:-1], json.loads(body)[-1]
    assert [event["type"] for event in events] == ["executed"]
    assert outputs == {"4": events[0]["data"]["output"]}
    assert outputs["4"]["images"][0] == {
        "filename": "poster.png",
        "subfolder": "t-1",
        "type": "output",
    }


def test_without_publish_the_files_lie_in_the_output_folder(mount: Path, reference: str) -> None:
    WorkflowEngine(mount).run_task(bound(reference), {})
    assert (mount / "output" / "t-1" / "task.json").is_file()


def test_an_identical_graph_writes_its_files_again_and_works_out_nothing_else_anew(
    mount: Path, reference: str
) -> None:
    written: list[tuple[str, bytes, str]] = []
    engine = WorkflowEngine(mount, lambda *each: written.append(each))
    first = json.loads(engine.run_task(bound(reference), {})[1])
    before = list(written)
    # The car is read by the compose node, which would not find it now.
    shutil.rmtree(mount / "input" / "vehicles")
    again = json.loads(engine.run_task(bound(reference), {})[1])
    assert again[-1] == first[-1]
    assert written == before * 2


def test_a_core_node_that_saves_is_answered_from_the_cache(engine: WorkflowEngine) -> None:
    first = run(engine, saved())[1]
    assert run(engine, saved())[1] == first[-1:]


def test_freed_results_are_worked_out_again(engine: WorkflowEngine) -> None:
    run(engine, saved())
    engine.free()
    assert run(engine, saved())[1][-1]["2"]["images"][0]["filename"] == "x_00002_.png"


def test_another_task_id_runs_only_the_save_node_again(mount: Path, reference: str) -> None:
    written: list[str] = []
    engine = WorkflowEngine(mount, lambda key, _data, _kind: written.append(key))
    engine.run_task(bound(reference), {})
    engine.run_task(bound(reference, "t-2"), {})
    assert written[-1] == "output/t-2/task.json"
    assert len(written) == 12


def test_a_changed_input_file_is_seen_though_the_graph_is_the_same(
    mount: Path, reference: str
) -> None:
    engine = WorkflowEngine(mount)
    engine.run_task(bound(reference), {})
    before = (mount / "output" / "t-1" / "poster.png").read_bytes()
    Image.fromarray(plate(40)).save(mount / "input" / "t-1" / "plate.png")
    answer = json.loads(engine.run_task(bound(reference), {})[1])
    assert len(answer) == 2
    assert (mount / "output" / "t-1" / "poster.png").read_bytes() != before


def test_saved_pictures_count_up_within_their_subfolder(engine: WorkflowEngine) -> None:
    def name(prompt: dict[str, Any]) -> dict[str, str]:
        images: list[dict[str, str]] = run(engine, prompt)[1][-1]["2"]["images"]
        return images[0]

    assert name(saved("rec/x")) == {
        "filename": "x_00001_.png",
        "subfolder": "rec",
        "type": "output",
    }
    other = saved("rec/x")
    other["1"]["inputs"]["color"] = 3
    assert name(other)["filename"] == "x_00002_.png"
    assert name(saved("x")) == {"filename": "x_00001_.png", "subfolder": "", "type": "output"}


def test_counters_go_on_where_published_files_ended(mount: Path) -> None:
    (mount / "output").mkdir()
    (mount / "output" / "x_00007_.png").write_bytes(b"")
    keys: list[str] = []
    engine = WorkflowEngine(mount, lambda key, _data, _kind: keys.append(key))
    run(engine, saved("x"))
    assert keys == ["output/x_00008_.png"]


def test_a_prefix_outside_the_output_folder_is_an_execution_error(engine: WorkflowEngine) -> None:
    status, answer = run(engine, saved("../x"))
    assert (status, answer["type"]) == (500, "execution_error")


def test_a_node_that_raises_gives_an_execution_error(mount: Path, tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    (packs / "boom").mkdir(parents=True)
    (packs / "boom" / "__init__.py").write_text(
        "class Boom:\n"
        "    FUNCTION, RETURN_TYPES, CATEGORY = 'go', ('IMAGE',), 'test'\n"
        "    @classmethod\n"
        "    def INPUT_TYPES(cls):\n"
        "        return {'required': {'image': ('IMAGE',), 'kind': ('STRING', {})}}\n"
        "    def go(self, image, kind):\n"
        "        raise ValueError('boom ' + kind)\n"
        "NODE_CLASS_MAPPINGS = {'Boom': Boom}\n"
    )
    prompt = {
        "1": node("EmptyImage", **EMPTY),
        "b": node("Boom", image=["1", 0], kind="爆"),
        "2": node("SaveImage", images=["b", 0], filename_prefix="x"),
    }
    status, answer = run(WorkflowEngine(mount, custom_nodes=packs), prompt)
    data = answer["data"]
    assert (status, answer["type"]) == (500, "execution_error")
    assert set(data) == {
        *("prompt_id", "node_id", "node_type", "executed", "exception_message"),
        *("exception_type", "traceback", "current_inputs", "current_outputs", "timestamp"),
    }
    assert (data["node_id"], data["node_type"], data["executed"]) == ("b", "Boom", ["1"])
    assert (data["exception_type"], data["exception_message"]) == ("ValueError", "boom 爆\n")
    assert data["current_inputs"]["kind"] == ["爆"]


def test_a_check_that_raises_takes_the_place_of_what_was_found_before(
    mount: Path, tmp_path: Path
) -> None:
    packs = tmp_path / "packs"
    (packs / "strict").mkdir(parents=True)
    (packs / "strict" / "__init__.py").write_text(
        "class Strict:\n"
        "    FUNCTION, RETURN_TYPES, CATEGORY = 'go', ('IMAGE',), 'test'\n"
        "    @classmethod\n"
        "    def INPUT_TYPES(cls):\n"
        "        return {'required': {'size': ('INT', {'min': 1})}}\n"
        "    @classmethod\n"
        "    def VALIDATE_INPUTS(cls, **inputs):\n"
        "        return inputs['size'] > 0\n"
        "NODE_CLASS_MAPPINGS = {'Strict': Strict}\n"
    )
    engine = WorkflowEngine(mount, custom_nodes=packs)

    def kinds(size: Any) -> list[str]:
        prompt = {"1": node("Strict", size=size), "2": saved()["2"]}
        return [each["type"] for each in run(engine, prompt)[1]["node_errors"]["1"]["errors"]]

    assert kinds("many") == ["exception_during_inner_validation"]
    assert kinds(0) == ["custom_validation_failed"]


def test_a_pack_that_does_not_load_is_named(mount: Path, tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    (packs / "broken").mkdir(parents=True)
    (packs / "broken" / "__init__.py").write_text("raise RuntimeError('no')\n")
    with pytest.raises(PackError, match="broken"):
        WorkflowEngine(mount, custom_nodes=packs)


def test_folder_paths_is_gone_after_a_run(engine: WorkflowEngine) -> None:
    run(engine, saved())
    assert "folder_paths" not in sys.modules


def test_scaling_gives_the_asked_size(engine: WorkflowEngine, mount: Path) -> None:
    scale = {"width": 6, "height": 4, "upscale_method": "lanczos", "crop": "center"}
    prompt = saved() | {"3": node("ImageScale", image=["1", 0], **scale)}
    prompt["2"]["inputs"]["images"] = ["3", 0]
    assert run(engine, prompt)[0] == 200
    picture = np.asarray(Image.open(mount / "output" / "x_00001_.png"))
    assert picture.shape == (4, 6, 3)
    assert picture[0, 0].tolist() == [0, 0, 255]


def test_an_unknown_class_is_named_with_its_title(engine: WorkflowEngine) -> None:
    prompt = {"1": node("NoSuchNode") | {"_meta": {"title": "My node"}}}
    assert run(engine, prompt) == (
        400,
        {
            "error": {
                "type": "missing_node_type",
                "message": "Node 'My node' not found. The custom node may not be installed.",
                "details": "Node ID '#1'",
                "extra_info": {
                    "node_id": "1",
                    "class_type": "NoSuchNode",
                    "node_title": "My node",
                },
            },
            "node_errors": {},
        },
    )


def test_a_graph_without_output_node_is_refused(engine: WorkflowEngine) -> None:
    status, answer = run(engine, {"1": node("EmptyImage", **EMPTY)})
    assert status == 400
    assert answer == {
        "error": {
            "type": "prompt_no_outputs",
            "message": "Prompt has no outputs",
            "details": "",
            "extra_info": {},
        },
        "node_errors": {},
    }


def test_a_missing_input_is_named_in_error_and_node_errors(engine: WorkflowEngine) -> None:
    status, answer = run(engine, {"2": node("SaveImage", filename_prefix="x")})
    assert status == 400
    assert answer["error"]["type"] == "prompt_outputs_failed_validation"
    assert answer["error"]["details"] == "Required input is missing: images"
    assert answer["node_errors"]["2"] == {
        "errors": [
            {
                "type": "required_input_missing",
                "message": "Required input is missing",
                "details": "images",
                "extra_info": {"input_name": "images"},
            }
        ],
        "dependent_outputs": ["2"],
        "class_type": "SaveImage",
    }


@pytest.mark.parametrize(
    ("change", "kind", "details"),
    [
        ({"width": 0}, "value_smaller_than_min", "width"),
        ({"height": 999999}, "value_bigger_than_max", "height"),
        (
            {"width": "abc"},
            "invalid_input_type",
            "width, abc, invalid literal for int() with base 10: 'abc'",
        ),
    ],
)
def test_a_fault_upstream_is_in_node_errors_only(
    engine: WorkflowEngine, change: dict[str, Any], kind: str, details: str
) -> None:
    prompt = saved()
    prompt["1"]["inputs"] |= change
    status, answer = run(engine, prompt)
    assert (status, answer["error"]["details"]) == (400, "")
    (error,) = answer["node_errors"]["1"]["errors"]
    assert (error["type"], error["details"]) == (kind, details)
    assert error["extra_info"]["received_value"] == next(iter(change.values()))
    assert answer["node_errors"]["1"]["dependent_outputs"] == ["2"]


def test_a_choice_that_is_not_offered_lists_the_choices(engine: WorkflowEngine) -> None:
    scale = {"width": 6, "height": 4, "upscale_method": "magic", "crop": "center"}
    prompt = saved() | {"3": node("ImageScale", image=["1", 0], **scale)}
    prompt["2"]["inputs"]["images"] = ["3", 0]
    (error,) = run(engine, prompt)[1]["node_errors"]["3"]["errors"]
    assert error["type"] == "value_not_in_list"
    assert error["details"].startswith("upscale_method: 'magic' not in ['nearest-exact', ")
    assert error["extra_info"]["received_value"] == "magic"


def test_a_missing_picture_fails_the_nodes_own_validation(engine: WorkflowEngine) -> None:
    prompt = saved() | {"1": node("LoadImage", image="nope.png")}
    (error,) = run(engine, prompt)[1]["node_errors"]["1"]["errors"]
    assert error == {
        "type": "custom_validation_failed",
        "message": "Custom validation failed for node",
        "details": "image - Invalid image file: nope.png",
        "extra_info": {"input_name": "image"},
    }


@pytest.mark.parametrize("image", ["../secret.png", "/etc/hostname"])
def test_a_picture_outside_the_input_folder_is_refused(engine: WorkflowEngine, image: str) -> None:
    assert run(engine, saved() | {"1": node("LoadImage", image=image)})[0] == 400


@pytest.mark.parametrize(
    ("link", "kind", "details"),
    [
        (["99", 0], "exception_during_validation", "'99'"),
        (["1", 7], "exception_during_validation", "tuple index out of range"),
        (
            ["1", 0, 0],
            "bad_linked_input",
            "images",
        ),
        (["m", 1], "return_type_mismatch", None),
    ],
)
def test_a_bad_link_is_refused(
    engine: WorkflowEngine, link: list[Any], kind: str, details: str | None
) -> None:
    prompt = saved() | {"m": node("LoadImage", image="t-1/plate.png")}
    prompt["2"]["inputs"]["images"] = link
    status, answer = run(engine, prompt)
    (error,) = answer["node_errors"]["2"]["errors"]
    mismatch = "images, received_type(MASK) mismatch input_type(IMAGE)"
    assert (status, error["type"]) == (400, kind)
    assert error["details"] == (details or mismatch)


def test_a_cycle_is_reported_on_each_of_its_nodes(engine: WorkflowEngine) -> None:
    scale = {"width": 6, "height": 4, "upscale_method": "area", "crop": "center"}
    prompt = {
        "1": node("ImageScale", image=["2", 0], **scale),
        "2": node("ImageScale", image=["1", 0], **scale),
        "3": node("SaveImage", images=["2", 0], filename_prefix="x"),
    }
    errors = run(engine, prompt)[1]["node_errors"]
    assert set(errors) == {"1", "2"}
    for entry in errors.values():
        assert entry["errors"][0]["type"] == "dependency_cycle"
        assert entry["errors"][0]["extra_info"] == {"node_id": "2", "cycle_nodes": ["2", "1"]}


def test_a_graph_with_one_good_output_runs_without_the_bad_one(engine: WorkflowEngine) -> None:
    prompt = saved() | {"3": node("SaveImage", filename_prefix="x")}
    status, answer = run(engine, prompt)
    assert status == 200
    assert set(answer[-1]) == {"2"}


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"1": "x"}'])
def test_a_body_that_is_no_graph_is_a_plain_server_fault(
    engine: WorkflowEngine, body: bytes
) -> None:
    status, answer = engine.run_task(body, {})
    assert status == 500
    assert answer.startswith(b"500 Internal Server Error")

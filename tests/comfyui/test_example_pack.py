"""The pack that authors copy from: it loads, and its lazy input runs only when wanted."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from local.comfyui.engine import WorkflowEngine

EXAMPLE = Path(__file__).parent / "example_pack"
_FAILING = """
class Failing:
    CATEGORY, FUNCTION, RETURN_TYPES = "test", "run", ("IMAGE",)
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}}
    def run(self):
        raise RuntimeError("worked out though nobody wanted it")
NODE_CLASS_MAPPINGS = {"Failing": Failing}
"""


@pytest.fixture
def engine(tmp_path: Path) -> WorkflowEngine:
    packs = tmp_path / "custom_nodes"
    shutil.copytree(EXAMPLE, packs / "example", ignore=shutil.ignore_patterns("__pycache__"))
    (packs / "failing").mkdir()
    (packs / "failing" / "__init__.py").write_text(_FAILING)
    return WorkflowEngine(tmp_path, custom_nodes=packs)


def graph(background: str = "EmptyImage", **inputs: Any) -> dict[str, Any]:
    size = {"width": 4, "height": 4, "batch_size": 1}
    known = {"EmptyImage": {**size, "color": 0x00FF00}, "Failing": {}}
    negative = {"image": ["1", 0], "amount": 1.0, "channel": "all", "background": ["2", 0]}
    return {
        "1": {"class_type": "EmptyImage", "inputs": {**size, "color": 0xFF0000}},
        "2": {"class_type": background, "inputs": known[background]},
        "3": {"class_type": "ExampleInvert", "inputs": {**negative, **inputs}},
        "4": {"class_type": "SaveImage", "inputs": {"images": ["3", 0], "filename_prefix": "x"}},
    }


def run(engine: WorkflowEngine, prompt: dict[str, Any]) -> tuple[int, Any]:
    status, body = engine.run_task(json.dumps(prompt).encode(), {})
    return status, json.loads(body)


def colour(tmp_path: Path) -> list[int]:
    saved = sorted((tmp_path / "output").glob("x_*.png"))[-1]
    return [int(code) for code in np.asarray(Image.open(saved))[0, 0]]


def test_a_picture_is_inverted(engine: WorkflowEngine, tmp_path: Path) -> None:
    assert run(engine, graph())[0] == 200
    assert colour(tmp_path) == [0, 255, 255]


def test_one_channel_alone_is_inverted(engine: WorkflowEngine, tmp_path: Path) -> None:
    run(engine, graph(channel="blue"))
    assert colour(tmp_path) == [255, 0, 255]


def test_a_lazy_input_is_not_worked_out_unless_wanted(engine: WorkflowEngine) -> None:
    assert run(engine, graph("Failing"))[0] == 200


def test_a_lazy_input_is_worked_out_when_asked_for(engine: WorkflowEngine, tmp_path: Path) -> None:
    assert run(engine, graph(amount=0.0))[0] == 200
    assert colour(tmp_path) == [0, 255, 0]
    status, answer = run(engine, graph("Failing", amount=0.5))
    assert (status, answer["data"]["node_type"]) == (500, "Failing")


def test_a_lazy_input_may_be_left_out(engine: WorkflowEngine, tmp_path: Path) -> None:
    prompt = graph(amount=0.5)
    del prompt["3"]["inputs"]["background"]
    assert run(engine, prompt)[0] == 200
    assert colour(tmp_path) == [0, 255, 255]


def test_a_value_out_of_range_is_refused_before_anything_runs(engine: WorkflowEngine) -> None:
    status, answer = run(engine, graph(amount=1.5))
    assert status == 400
    (error,) = answer["node_errors"]["3"]["errors"]
    assert error["type"] == "value_bigger_than_max"


def test_a_second_run_takes_everything_from_the_cache(engine: WorkflowEngine) -> None:
    first = run(engine, graph(amount=0.5))[1]
    assert run(engine, graph(amount=0.5))[1] == first[-1:]

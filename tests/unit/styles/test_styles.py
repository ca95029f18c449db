"""The style files: each binds with its own values, and only offered ones can be chosen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shared import styles as styles_module
from shared.errors import InvalidRequestError, WorkflowError
from shared.styles import Style, offered_style, style, styles
from shared.task_workflow import bind_task
from tests.golden.painted_trip import JOB, a_trip

FOLDER = Path(__file__).parents[3] / "comfyui" / "styles"


def bound(look: Style) -> dict[str, Any]:
    facts, prompt = a_trip()
    plate = f"{JOB}-2/plate.png"
    body = bind_task(
        look, facts, prompt, task_id=f"{JOB}-2", vehicle="citycar/g1/red/0123456789ab", plate=plate
    )
    graph: dict[str, Any] = json.loads(body)
    return graph


def inputs_of(graph: dict[str, Any], class_type: str) -> list[dict[str, Any]]:
    return [node["inputs"] for node in graph.values() if node["class_type"] == class_type]


@pytest.mark.parametrize("name", sorted(styles()))
def test_every_style_binds_to_its_workflow(name: str) -> None:
    graph = bound(style(name))
    assert [save["task_id"] for save in inputs_of(graph, "TripPosterSave")] == [f"{JOB}-2"]


@pytest.mark.parametrize("name", sorted(styles()))
def test_title_city_and_month_are_what_the_caption_says(name: str) -> None:
    caption = inputs_of(bound(style(name)), "TripPosterCaption")[0]
    assert (caption["title"], caption["line"]) == (a_trip()[1].title, "湖州市 · 五月")


def test_weights_strength_and_steps_come_from_the_style_file() -> None:
    look = style("sdxl_photoreal")
    values = {**look.workflow_inputs, "lora": "ink.safetensors", "lora_strength": 0.5, "steps": 12}
    graph = bound(look.model_copy(update={"workflow_inputs": values}))
    lora, sampler = inputs_of(graph, "LoraLoader")[0], inputs_of(graph, "KSampler")[0]
    assert (lora["lora_name"], lora["strength_model"]) == ("ink.safetensors", 0.5)
    assert (lora["strength_clip"], sampler["steps"]) == (0.5, 12)


def test_another_attempt_has_another_seed() -> None:
    look, (facts, prompt) = style("sdxl_photoreal"), a_trip()
    seeds = set()
    for attempt in (1, 2, 3):
        task, car = f"{JOB}-{attempt}", "citycar/g1/red/0123456789ab"
        body = bind_task(look, facts, prompt, task_id=task, vehicle=car)
        seeds.add(inputs_of(json.loads(body), "KSampler")[0]["seed"])
    assert len(seeds) == 3


def test_a_style_with_an_input_its_workflow_lacks_is_refused_with_a_suggestion() -> None:
    wrong = style("sdxl_photoreal").model_copy(update={"workflow_inputs": {"lora_strenght": 1.0}})
    with pytest.raises(WorkflowError, match="'lora_strenght', did you mean 'lora_strength'"):
        bound(wrong)


def test_a_style_that_is_not_offered_is_unknown_to_drivers_only() -> None:
    assert style("sdxl_photoreal").scene == "workflow"
    with pytest.raises(InvalidRequestError) as caught:
        offered_style("sdxl_photoreal")
    assert [problem.detail for problem in caught.value.problems] == ["one of: photoreal"]
    assert offered_style("photoreal").scene == "picture_model"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"scene": "magic"}, "scene"),
        ({"scene": None}, "scene"),
        ({"prompt_language": "fr"}, "prompt_language"),
        ({"workflow_inputs": {"steps": [1]}}, "workflow_inputs.steps"),
        ({"weights": "x"}, "weights"),
        ({"id": "other"}, "must be the file's name"),
    ],
)
def test_a_wrong_style_file_is_named_with_its_field(
    change: dict[str, Any], complaint: str, tmp_path: Path
) -> None:
    fields = {**json.loads((FOLDER / "photoreal.json").read_bytes()), **change}
    path = tmp_path / "photoreal.json"
    path.write_text(json.dumps({k: v for k, v in fields.items() if v is not None}))
    with pytest.raises(WorkflowError) as caught:
        styles_module._read(path)
    assert "photoreal.json" in str(caught.value)
    assert complaint in str(caught.value)

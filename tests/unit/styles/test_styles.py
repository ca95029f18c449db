"""The style files as they are used: each binds with its own values, and only offered ones show."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.core.errors import InvalidRequestError, WorkflowError
from shared.styles import (
    Style,
    offered_style,
    offered_styles,
    scene_of,
    style,
    styles,
)
from shared.styles.catalogue import STYLES, read_styles
from shared.styles.model import Lora
from shared.trips.facts import TimeOfDay
from shared.trips.script import simplified
from shared.workflows.task_workflow import bind_task
from tests.golden.painted_trip import JOB, a_trip


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


def test_every_shipped_file_is_a_style() -> None:
    read = read_styles()
    assert read.faults == ()
    assert sorted(read.styles) == sorted(path.stem for path in STYLES.glob("*.json"))


def test_six_looks_are_offered_and_none_of_them_needs_weights() -> None:
    assert set(offered_styles()) >= {
        "photoreal",
        "ink_wash",
        "gouache",
        "anime",
        "retro_poster",
        "night_neon",
    }
    assert all(look.scene == "picture_model" for look in offered_styles().values())
    assert all(look.lora is None for look in offered_styles().values())


def test_no_two_offered_styles_bear_the_same_name() -> None:
    for language in ("zh", "en"):
        names = [getattr(look.titles, language) for look in offered_styles().values()]
        assert len(set(names)) == len(names)


def test_the_traditional_name_is_the_simplified_one() -> None:
    for look in styles().values():
        assert look.titles.zh_hant
        assert look.descriptions.zh_hant
        assert simplified(look.titles.zh_hant) == simplified(look.titles.zh)
        assert len(look.descriptions.zh_hant) == len(look.descriptions.zh)


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
    changes = {
        "workflow_inputs": {**look.workflow_inputs, "steps": 12},
        "lora": Lora(file="ink.safetensors", strength=0.5),
    }
    graph = bound(look.model_copy(update=changes))
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
    (problem,) = caught.value.problems
    assert problem.detail == f"one of: {', '.join(offered_styles())}"
    assert offered_style("photoreal").scene == "picture_model"


def test_who_paints_is_known_of_a_style_that_is_gone() -> None:
    assert (scene_of("sdxl_photoreal"), scene_of("gone")) == ("workflow", "picture_model")


def test_neon_shows_a_day_at_its_dusk_and_leaves_every_other_hour() -> None:
    facts, _ = a_trip()
    shown = {
        hour: style("night_neon").shown(facts.__class__(**{**vars(facts), "time_of_day": hour}))
        for hour in TimeOfDay
    }
    assert {hour: each.time_of_day for hour, each in shown.items()} == {
        TimeOfDay.DAWN: TimeOfDay.DAWN,
        TimeOfDay.DAY: TimeOfDay.DUSK,
        TimeOfDay.DUSK: TimeOfDay.DUSK,
        TimeOfDay.NIGHT: TimeOfDay.NIGHT,
    }


@pytest.mark.parametrize("name", sorted(set(styles()) - {"night_neon"}))
def test_no_other_style_moves_the_hour(name: str) -> None:
    facts, _ = a_trip()
    assert style(name).shown(facts) == facts
    assert style(name).hours == {}

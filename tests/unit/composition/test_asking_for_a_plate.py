"""What a plan asks of its plate, in the words that the picture model and the workflow get."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import pytest

from shared.composition.planning import Wish, composed
from shared.core.formats import FORMATS, PIXELS
from shared.prompts.contradictions import contradiction
from shared.prompts.landmarks import climate_of
from shared.prompts.painting_text import LONGEST
from shared.prompts.staging import Staging, camera_in_chinese, camera_in_english
from shared.prompts.template import template_prompt
from shared.styles import style, styles
from shared.trips.facts import TimeOfDay
from shared.trips.weather import Weather
from shared.workflows.load import load_workflow
from shared.workflows.task_workflow import bind_task, declared, scene_texts, task_values
from tests.golden.painted_trip import a_trip
from tests.unit.composition.test_planning import SET

if TYPE_CHECKING:
    from shared.jobs.record import Composition
    from shared.trips.facts import TripFacts

FACTS, PROMPT = a_trip()
CAR = "citycar/g1/red/0123456789ab"
TASK = f"j{'a' * 31}-1"


def _plans(facts: TripFacts, *, lamps: bool = False, most: int = 24) -> list[Composition]:
    heights = {"day": 50.0, "dawn": 3.0, "dusk": -3.0, "night": -30.0}
    elevation = heights[facts.time_of_day.value]
    return [
        composed(Wish(seed, FORMATS[seed % 4], facts, elevation, lamps), SET)
        for seed in range(most)
    ]


@pytest.mark.parametrize(
    ("light", "chinese", "english"),
    [
        ("low_left", "低斜的暖阳从左侧照来，长长的影子投向右侧", "low warm sun from the left"),
        ("low_right", "低斜的暖阳从右侧照来，长长的影子投向左侧", "long shadows to the left"),
        ("day_left", "阳光从左侧高处照来，影子短而清晰，投向右侧", "crisp shadows to the right"),
        ("day_right", "阳光从右侧高处照来，影子短而清晰，投向左侧", "high sun from the right"),
        ("overcast", "天光柔和均匀，没有明显影子", "no distinct shadows"),
        ("snow", "天光柔和均匀，没有明显影子", "no distinct shadows"),
        ("dusk", "日落后天色将暗，灯光初亮", "first lamps lit"),
        ("night", "路灯照亮地面", "street lamps lighting the ground"),
    ],
)
def test_the_light_is_asked_for_in_set_words(light: str, chinese: str, english: str) -> None:
    staging = Staging(light, 37, 0.56, "top", 1.3)
    assert chinese in camera_in_chinese(staging, PROMPT)
    assert english in camera_in_english(staging, PROMPT)


def test_ground_horizon_and_calm_side_are_asked_for() -> None:
    right = camera_in_chinese(Staging("overcast", 37, 0.56, "left", 1.3), PROMPT)
    assert "道路与画面约成37度角，自左下向右上斜伸" in right
    assert "地平线在画面自上而下百分之56处" in right
    assert "画面左侧疏朗安静" in right
    left = camera_in_chinese(Staging("overcast", -37, 0.4, "bottom", 1.3), PROMPT)
    assert "道路与画面约成37度角，自右下向左上斜伸" in left
    assert "画面下方疏朗安静" in left
    low = camera_in_chinese(Staging("", None, 0.66, "top", 0.75), PROMPT)
    assert "低机位" in low
    assert "没有车道线" in low
    assert "影子" not in low


@pytest.mark.parametrize(
    ("landmark", "weather", "ground"),
    [
        ("呼伦贝尔草原", "clear", "草地"),
        ("亚龙湾", "clear", "沙滩"),
        ("外滩", "clear", "广场"),
        ("鸣沙山", "clear", "砾石空地"),
        ("亚龙湾", "snow", "雪地"),
    ],
)
def test_the_open_ground_is_one_of_the_place(landmark: str, weather: str, ground: str) -> None:
    prompt = PROMPT.model_copy(update={"landmark": landmark, "weather": Weather(weather)})
    text = camera_in_chinese(Staging("", None, 0.5, "top", 1.3), prompt)
    assert f"地面是开阔平整的{ground}，没有车道线" in text


@pytest.mark.parametrize("name", sorted(styles()))
def test_every_staged_prompt_fits_and_contradicts_no_fact(name: str) -> None:
    look = style(name)
    for weather, hour in product(Weather, TimeOfDay):
        facts = look.shown(replace(FACTS, weather=weather, time_of_day=hour))
        prompt = template_prompt(facts, seed=7)
        for plan in _plans(facts, lamps=TimeOfDay.DAY in look.hours, most=8):
            wanted, _ = scene_texts(look, facts, prompt, plan=plan)
            if look.prompt_language == "en":
                assert wanted.isascii()
                assert len(wanted) <= 600
                continue
            assert len(wanted) <= LONGEST
            assert prompt.landmark in wanted
            assert look.style_words.rstrip("。") in wanted
            if plan.light in {"overcast", "snow"}:
                assert "阳光" not in wanted
                assert wanted.count("影子") == 1
            # Shadows of leaves and the sun in a style's own words are no other weather.
            staged = wanted.removesuffix(look.style_words)
            assert contradiction(staged, facts, climate_of(prompt.city)) is None, wanted


@pytest.mark.parametrize("name", sorted(styles()))
def test_a_workflow_gets_the_renders_the_layout_and_the_canvas_of_the_format(name: str) -> None:
    look = style(name)
    for plan in _plans(look.shown(FACTS)):
        body = bind_task(
            look,
            look.shown(FACTS),
            PROMPT,
            task_id=TASK,
            vehicle=CAR,
            plate=f"{TASK}/plate.png",
            plan=plan,
        )
        told = json.loads(body)
        text = json.dumps(told)
        assert " ".join(plan.members) in text
        assert f'\\"id\\":\\"{plan.layout}\\"' in text.replace('\\\\"', '\\"')
        if look.scene == "workflow":
            assert set(PIXELS[plan.format]) <= set(_numbers(told))


def test_a_workflow_without_layouts_gets_the_accepted_render_alone() -> None:
    plan = _plans(FACTS, most=1)[0]
    values = task_values(
        style("photoreal"), FACTS, PROMPT, task_id=TASK, vehicle=CAR, plate="x", plan=plan
    )
    workflow = load_workflow("wanx_scene")
    older = replace(
        workflow, inputs=tuple(each for each in workflow.inputs if each.name != "layout")
    )
    bound = declared(older, values)
    assert bound["vehicle"] == CAR
    assert "horizon" not in bound
    assert declared(workflow, values)["vehicle"] == " ".join(plan.members)


def test_a_job_of_an_earlier_release_is_painted_as_it_was() -> None:
    values = task_values(style("photoreal"), FACTS, PROMPT, task_id=TASK, vehicle=CAR)
    bound = declared(load_workflow("wanx_scene"), {**values, "plate": f"{TASK}/plate.png"})
    assert bound["vehicle"] == CAR
    assert "layout" not in bound
    assert "horizon" not in bound
    wanted, _ = scene_texts(style("photoreal"), FACTS, PROMPT)
    assert "地平线略低于画面中线" in wanted


def _numbers(node: object) -> list[int]:
    if isinstance(node, dict):
        return [number for value in node.values() for number in _numbers(value)]
    return [node] if isinstance(node, int) else []

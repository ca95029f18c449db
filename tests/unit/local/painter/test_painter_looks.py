"""Each offered style on the local painter: unlike the others, and true to the trip's facts."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import numpy.typing as npt
import pytest

from local.painter import paint
from local.painter.colour import cielab
from local.painter.facts import facts_from_prompt
from shared.prompts.template import template_prompt
from shared.quality.evidence import Orders
from shared.quality.palette import Tones, applying, broken_rules, tones_of
from shared.styles import offered_styles
from shared.trips.facts import Season, TimeOfDay, TripFacts
from shared.trips.mood import Mood
from shared.trips.weather import Weather
from shared.workflows.task_workflow import scene_texts
from tests.fakes.trip_facts import trip_facts

pytestmark = pytest.mark.slow

WIDTH, HEIGHT = 144, 180
LOOKS = sorted(offered_styles())
SCENES = (
    "spring clear day",
    "summer clear day",
    "autumn clear day",
    "winter clear day",
    "spring clear dawn",
    "summer clear dusk",
    "summer clear night",
    "spring rain day",
    "winter snow day",
    "autumn sand dusk",
    "summer fog dawn",
)
Pixels = npt.NDArray[np.uint8]
Lab = npt.NDArray[np.float32]


def shown(style: str, scene: str) -> TripFacts:
    """Return the facts that a poster of this style shows."""
    season, weather, hour = scene.split()
    facts = trip_facts(
        "无锡市",
        season=Season(season),
        weather=Weather(weather),
        time=TimeOfDay(hour),
        mood=Mood.FREE,
        month=1,
    )
    return offered_styles()[style].shown(facts)


def ordered(style: str, scene: str) -> str:
    """Return the very prompt that the picture model gets."""
    facts, look = shown(style, scene), offered_styles()[style]
    prompt = template_prompt(facts, seed=1).model_copy(update={"landmark": "鼋头渚"})
    return scene_texts(look, facts, prompt)[0]


@functools.cache
def plate(style: str, scene: str) -> Pixels:
    picture = paint(ordered(style, scene), width=WIDTH, height=HEIGHT, seed=4)
    return np.asarray(picture)


@functools.cache
def tones(style: str, scene: str) -> Tones:
    return tones_of(plate(style, scene))


@functools.cache
def lab_of(style: str, scene: str) -> Lab:
    """Return a plate in CIELAB."""
    return cielab(plate(style, scene).astype(np.float32) / np.float32(255))


def mean_difference(a: Lab, b: Lab) -> float:
    """Mean distance of two pictures in CIELAB."""
    return float(np.sqrt(((a - b) ** 2).sum(-1)).mean())


def test_the_painter_knows_every_offered_style_by_its_words() -> None:
    looks = {name: facts_from_prompt(ordered(name, SCENES[0])).look for name in LOOKS}
    assert looks["photoreal"] == "photograph"
    assert len(set(looks.values())) == len(LOOKS)


@pytest.mark.parametrize("scene", ["spring clear day", "summer clear night", "spring rain day"])
@pytest.mark.parametrize("pair", [*itertools.combinations(LOOKS, 2)], ids="-".join)
def test_two_styles_of_one_trip_look_different(pair: tuple[str, str], scene: str) -> None:
    least = 4.0 if scene == "summer clear night" else 5.0
    assert mean_difference(lab_of(pair[0], scene), lab_of(pair[1], scene)) > least


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("style", LOOKS)
def test_a_plate_keeps_the_palette_rules_of_its_facts(style: str, scene: str) -> None:
    facts = shown(style, scene)
    orders = Orders(facts.season.value, facts.weather.value, facts.time_of_day.value)
    assert applying(orders)
    assert broken_rules(tones(style, scene), orders) == ()


@pytest.mark.parametrize("style", LOOKS)
def test_brightness_follows_the_hour(style: str) -> None:
    dawn, dusk, night = (
        tones(style, f"{day} {hour}").light
        for day, hour in (
            ("spring clear", "dawn"),
            ("summer clear", "dusk"),
            ("summer clear", "night"),
        )
    )
    assert night <= 32
    assert dusk >= night + 6
    assert dawn >= night + 12
    if TimeOfDay.DAY not in offered_styles()[style].hours:
        assert tones(style, "summer clear day").light >= dusk


@pytest.mark.parametrize("style", LOOKS)
def test_colour_follows_the_season(style: str) -> None:
    spring, autumn, winter = (
        tones(style, f"{season} clear day") for season in ("spring", "autumn", "winter")
    )
    assert autumn.warm > spring.warm + 0.05
    assert winter.chroma < autumn.chroma
    assert winter.green <= spring.green


@pytest.mark.parametrize("style", LOOKS)
def test_colour_follows_the_weather(style: str) -> None:
    assert tones(style, "spring rain day").chroma < tones(style, "summer clear day").chroma
    assert tones(style, "winter snow day").chroma <= 13.5
    assert tones(style, "autumn sand dusk").warm >= 0.20


@pytest.mark.parametrize("scene", ["summer clear day", "autumn clear day", "winter snow day"])
@pytest.mark.parametrize("style", LOOKS)
def test_the_ground_under_the_car_stays_plain(style: str, scene: str) -> None:
    light = lab_of(style, scene)[..., 0]
    near = light[round(0.78 * HEIGHT) : round(0.90 * HEIGHT), 22:122]
    assert float(near.std()) <= 10


@pytest.mark.parametrize("style", LOOKS)
def test_the_same_order_gives_the_same_bytes(style: str) -> None:
    again = paint(ordered(style, SCENES[0]), width=WIDTH, height=HEIGHT, seed=4)
    assert np.array_equal(np.asarray(again), plate(style, SCENES[0]))


@pytest.mark.parametrize("style", LOOKS)
@pytest.mark.parametrize("size", [(97, 131), (96, 120)])
def test_a_look_is_painted_at_any_size(style: str, size: tuple[int, int]) -> None:
    picture = paint(ordered(style, "summer clear dusk"), width=size[0], height=size[1], seed=1)
    assert (picture.mode, picture.size) == ("RGB", size)

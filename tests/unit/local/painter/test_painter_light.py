"""A plate shows the light and ground that were asked for, by simple measures of the picture."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from local.painter import paint
from local.painter.facts import facts_from_prompt
from local.painter.planting import Sprites, Stand, kinds_of, sprites_of
from local.painter.scene import EYE_METRES, STAND, Scene, scene_of
from local.painter.shadows import paint_shadows

pytestmark = pytest.mark.slow

LIGHTS = {
    ("left", "low"): "低斜的暖阳从左侧照来，长长的影子投向右侧",
    ("right", "low"): "低斜的暖阳从右侧照来，长长的影子投向左侧",
    ("left", "high"): "阳光从左侧高处照来，影子短而清晰，投向右侧",
    ("right", "high"): "阳光从右侧高处照来，影子短而清晰，投向左侧",
}
SOFT, NIGHT, DUSK = (
    "天光柔和均匀，没有明显影子",
    "路灯照亮地面",
    "日落后天色将暗，灯光初亮",
)
ROADS = (
    "道路与画面约成37度角，自左下向右上斜伸",
    "道路与画面约成27度角，自右下向左上斜伸",
)
OPEN = tuple(
    f"地面是开阔平整的{name}，没有车道线" for name in ("广场", "砾石空地", "草地", "沙滩", "雪地")
)
PLACES = (
    "春季，晴天，清晨。中远景是杭州市西湖。",
    "夏季，晴天，白天。呼伦贝尔草原。",
    "秋季，多云，白天。上海外滩。",
)
LOOKS = ("", "水墨画", "水粉画", "动漫风格", "复古旅行海报", "霓虹风格")
SIZE = (216, 270)
Pixels = npt.NDArray[np.float64]


@functools.cache
def plate(prompt: str, seed: int = 5, size: tuple[int, int] = SIZE) -> Pixels:
    """Return a painted plate as floats 0..255 [h,w,3]."""
    return np.asarray(paint(prompt, width=size[0], height=size[1], seed=seed), np.float64)


def ordered(light: str, ground: str, place: str, look: str = "") -> str:
    return f"{place}{light}；{ground}。{look}"


def cases() -> list[tuple[tuple[str, str], str, str]]:
    """Return the lights, grounds and places of 4 x 11 plates."""
    grounds, places = itertools.cycle((*ROADS, *OPEN)), itertools.cycle(PLACES)
    return [(light, next(grounds), next(places)) for light in LIGHTS for _ in range(11)]


def sky_lean(picture: Pixels) -> float:
    """Return the upper sky's brightness, right less left.

    The median over rows of the 80th percentile in two fifths of the width: trees are darker.
    """
    sky = picture[: round(0.30 * len(picture))].mean(axis=2)
    part = sky.shape[1] * 2 // 5
    left, right = (np.percentile(each, 80, axis=1) for each in (sky[:, :part], sky[:, -part:]))
    return float(np.median(right - left))


def mired(picture: Pixels) -> float:
    """Return the correlated colour temperature of a picture's mean, in mired (McCamy 1992)."""
    code = picture.mean(axis=(0, 1)) / 255
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    x, y, z = (
        np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
        @ linear
    )
    n = (x / (x + y + z) - 0.3320) / (0.1858 - y / (x + y + z))
    return float(1e6 / (449 * n**3 + 3525 * n**2 + 6823.3 * n + 5520.33))


def test_there_are_enough_plates() -> None:
    assert len(cases()) >= 40


@pytest.mark.parametrize("number", range(len(cases())))
def test_the_sky_is_brighter_where_the_sun_stands(number: int) -> None:
    light, ground, place = cases()[number]
    lean = sky_lean(plate(ordered(LIGHTS[light], ground, place), number))
    assert (lean > 2) if light[0] == "right" else (lean < -2)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("light", LIGHTS)
def test_every_look_keeps_the_side_of_the_sun(look: str, light: tuple[str, str]) -> None:
    lean = sky_lean(plate(ordered(LIGHTS[light], ROADS[0], PLACES[0], look)))
    assert (lean > 2) if light[0] == "right" else (lean < -2)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("ground", [ROADS[0], OPEN[0], OPEN[3]])
def test_a_low_sun_is_warmer_than_a_high_one_and_that_than_the_blue_hour(
    ground: str, place: str
) -> None:
    half = round(0.6 * SIZE[1])
    low, high, blue = (
        mired(plate(ordered(light, ground, place))[half:])
        for light in (LIGHTS["left", "low"], LIGHTS["left", "high"], DUSK)
    )
    assert low > high + 10
    assert high > blue + 10


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("ground", [*ROADS, *OPEN, ""])
def test_shade_lies_on_the_ground_away_from_the_sun(light: tuple[str, str], ground: str) -> None:
    """Of the ground beside one tree in the middle, the side away from the sun is darker."""
    scene = scene_of(ordered(LIGHTS[light], ground, PLACES[1]), 432, 540, 1)
    sprites, middle = sprites_of(scene), scene.canvas.width // 2
    tree = Stand(kinds_of(scene)[0], 0, 0.0, 18.0, 9.0)
    with_tree, without = (lit_ground(scene, stands, sprites) for stands in ((tree,), ()))
    shade = (without - with_tree).mean(axis=(0, 2))
    left, right = shade[:middle].sum(), shade[middle:].sum()
    assert (right > 3 * left) if light[0] == "left" else (left > 3 * right)


def lit_ground(scene: Scene, stands: tuple[Stand, ...], sprites: Sprites) -> Pixels:
    """Return plain grey ground after the shadows fell on it."""
    scene.canvas.rgb[:] = 0.6
    paint_shadows(scene, stands, sprites)
    return np.array(scene.canvas.rgb[scene.ground_top :], np.float64)


@pytest.mark.parametrize(("side", "height"), LIGHTS)
def test_shadows_reach_away_from_the_sun(side: str, height: str) -> None:
    scene = scene_of(ordered(LIGHTS[side, height], OPEN[0], PLACES[0]), *SIZE, 1)
    right, ahead = scene.light.cast or (0.0, 0.0)
    assert (right > 0) == (side == "left")
    assert ahead > 0
    assert (np.hypot(right, ahead) > 4) == (height == "low")


@pytest.mark.parametrize("light", [SOFT, NIGHT, DUSK])
def test_without_a_sun_no_shadow_falls_to_a_side(light: str) -> None:
    scene = scene_of(ordered(light, ROADS[0], PLACES[0]), *SIZE, 1)
    assert scene.light.cast is None
    assert (scene.facts.side, scene.facts.height) == ("", "none")


def test_soft_light_favours_no_side() -> None:
    leans = [
        sky_lean(plate(ordered(SOFT, OPEN[0], place), seed)) for place in PLACES for seed in (1, 2)
    ]
    assert abs(float(np.median(leans))) < 5


def test_night_is_dark_above_and_lit_below() -> None:
    picture = plate(ordered(NIGHT, OPEN[0], "秋季，晴天，夜晚。上海外滩。")).mean(axis=2)
    sky, ground = picture[:68].mean(), picture[158:225, 52:165].mean()
    assert sky < 60
    assert ground > sky + 8


@pytest.mark.parametrize("share", [35, 45, 56, 66, 75])
@pytest.mark.parametrize("size", [(216, 270), (180, 320), (240, 240), (320, 180)])
def test_the_horizon_lies_where_it_was_asked_for(share: int, size: tuple[int, int]) -> None:
    words = f"地平线在画面自上而下百分之{share}处"
    prompt = f"夏季，晴天，白天。呼伦贝尔草原。{SOFT}，{OPEN[2]}，{words}。"
    middle = plate(prompt, 5, size)[:, size[0] * 2 // 5 : size[0] * 3 // 5].mean(axis=1)
    light = middle[:, 1] - middle[:, 2]  # how green
    steps = np.abs(light[2:] - light[:-2])
    near = steps[round((share / 100 - 0.12) * size[1]) : round((share / 100 + 0.12) * size[1])]
    found = round((share / 100 - 0.12) * size[1]) + 1 + int(near.argmax())
    assert abs(found / size[1] - share / 100) < 0.05
    assert scene_of(prompt, *size, 5).canvas.horizon == pytest.approx(share / 100 * size[1])


@pytest.mark.parametrize("degrees", [0, 21, 27, 37, 66])
@pytest.mark.parametrize("way", [("左", "右", 1), ("右", "左", -1)])
@pytest.mark.parametrize("size", [(216, 270), (320, 180)])
def test_a_road_recedes_to_its_vanishing_point(
    degrees: int, way: tuple[str, str, int], size: tuple[int, int]
) -> None:
    words = f"道路与画面约成{degrees}度角，自{way[0]}下向{way[1]}上斜伸"
    scene = scene_of(f"夏季，晴天，白天。{words}。", *size, 1)
    far = scene.spot(2.0, 0.0, 1e6)
    expected = size[0] / 2 + way[2] * scene.lens * np.tan(np.radians(degrees))
    assert far == pytest.approx((expected, scene.canvas.horizon), abs=0.01 * size[0])
    assert scene.spot(0.0, 0.0, STAND)[0] == pytest.approx(size[0] / 2)


def test_the_lens_is_one_of_film_whatever_the_format() -> None:
    lenses = [
        scene_of("", *size, 1).lens / np.hypot(*size)
        for size in ((1152, 1440), (1080, 1920), (1280, 1280), (1920, 1080))
    ]
    assert lenses == pytest.approx([lenses[0]] * 4)
    assert scene_of("", 1152, 1440, 1).lens == pytest.approx(1.6 * 1152)


def steepness(picture: Pixels) -> tuple[float, float]:
    """Return mean step and spread of L* about where the car stands, as the gate sees them."""
    height, width = picture.shape[:2]
    part = picture[round(0.70 * height) : round(0.88 * height), width // 5 : width * 4 // 5]
    light = (
        116 * np.cbrt(((part / 255) ** 2.2 @ np.array([0.2126, 0.7152, 0.0722])).clip(0.01)) - 16
    )
    return float(np.hypot(*np.gradient(light)).mean()), float(light.std())


@pytest.mark.parametrize("ground", OPEN)
@pytest.mark.parametrize("light", LIGHTS)
def test_open_ground_is_even_where_the_car_stands(light: tuple[str, str], ground: str) -> None:
    step, spread = steepness(plate(ordered(LIGHTS[light], ground, PLACES[1])))
    assert step <= 4
    assert spread <= 12


@pytest.mark.parametrize("words", ["，", "、", "； ", "", "。"])
def test_phrases_are_read_whatever_stands_between_their_parts(words: str) -> None:
    facts = facts_from_prompt(
        f"春季{words}低斜的暖阳从左侧照来{words}长长的影子投向右侧{words}"
        f"道路与画面约成37度角{words}自右下向左上斜伸{words}"
        f"地平线在画面自上而下百分之62处{words}画面上方疏朗安静"
    )
    assert (facts.side, facts.height, facts.warmth) == ("left", "low", "warm")
    assert (facts.ground, facts.heading, facts.horizon) == ("road", -37.0, 0.62)
    assert facts.asked.quiet == {"top"}
    assert (facts.moods, facts.time_of_day) == ((), "day")


@pytest.mark.parametrize("name", ["广场", "沙滩", "草地", "雪地", "砾石空地"])
def test_the_ground_asked_for_is_no_scenery(name: str) -> None:
    plain = facts_from_prompt("夏季，晴天，白天。一条路。")
    facts = facts_from_prompt(f"夏季，晴天，白天。一条路。地面是开阔平整的{name}，没有车道线。")
    assert (facts.setting, facts.features) == (plain.setting, plain.features)
    assert facts.ground == "open"


def test_what_was_not_asked_for_is_told_by_the_scene() -> None:
    """The sun of a prompt without wishes stands on the side that the seed gives."""
    sides = {scene_of("夏季，晴天，白天", *SIZE, seed).facts.side for seed in range(12)}
    assert sides == {"left", "right"}
    assert facts_from_prompt("夏季，晴天，白天").side == ""


def test_eye_height_is_kept() -> None:
    scene = scene_of(f"夏季，晴天，白天。{ROADS[0]}", *SIZE, 1)
    assert scene.seen(1.0, EYE_METRES, 9.0)[1] == pytest.approx(scene.canvas.horizon)


def test_a_plate_in_any_format_is_a_picture() -> None:
    for size in ((216, 384), (256, 256), (384, 216), (97, 131)):
        picture = paint(
            ordered(LIGHTS["left", "low"], ROADS[0], PLACES[0]),
            width=size[0],
            height=size[1],
            seed=2,
        )
        assert isinstance(picture, Image.Image)
        assert picture.size == size

"""What a painted plate looks like: repeatable, distinct, in its palette, with an even road."""

from __future__ import annotations

import functools
import random

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from local.painter import paint
from local.painter.colour import cielab
from local.painter.grade import tones_of

pytestmark = pytest.mark.slow

WIDTH, HEIGHT = 288, 360
LAKE = "春季，晴天，白天。中远景是杭州市西湖，空旷的公路"
Lab = npt.NDArray[np.float32]


@functools.cache
def plate(prompt: str, seed: int = 3) -> Image.Image:
    """Paint a small plate once."""
    return paint(prompt, width=WIDTH, height=HEIGHT, seed=seed)


@functools.cache
def lab_of(prompt: str, seed: int = 3) -> Lab:
    """Return a plate in CIELAB."""
    return measured(plate(prompt, seed))


def measured(picture: Image.Image) -> Lab:
    """Return a picture in CIELAB."""
    return cielab(np.asarray(picture, np.float32) / np.float32(255))


def mean_difference(a: Lab, b: Lab) -> float:
    """Mean distance of two pictures in CIELAB."""
    return float(np.sqrt(((a - b) ** 2).sum(-1)).mean())


def warm_share(lab: Lab) -> tuple[float, float]:
    """Return (share of warm pixels, their mean lightness)."""
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % 360
    warm = (np.hypot(lab[..., 1], lab[..., 2]) > 12) & ((hue < 100) | (hue > 330))
    return float(warm.mean()), float(lab[..., 0][warm].mean()) if warm.any() else 0.0


def test_same_prompt_and_seed_give_the_same_bytes() -> None:
    again = paint(LAKE, width=WIDTH, height=HEIGHT, seed=3)
    assert again.tobytes() == plate(LAKE).tobytes()


def test_global_randomness_is_neither_used_nor_touched() -> None:
    random.seed(1)
    np.random.seed(1)
    before = (random.getstate(), np.random.get_state()[1].tolist())  # type: ignore[index]
    picture = paint(LAKE, width=WIDTH, height=HEIGHT, seed=3)
    after = (random.getstate(), np.random.get_state()[1].tolist())  # type: ignore[index]
    assert picture.tobytes() == plate(LAKE).tobytes()
    assert before == after


@pytest.mark.parametrize("size", [(288, 360), (216, 270), (97, 131)])
def test_plate_is_rgb_of_the_asked_size(size: tuple[int, int]) -> None:
    picture = paint(LAKE, width=size[0], height=size[1], seed=1)
    assert (picture.mode, picture.size) == ("RGB", size)


@pytest.mark.parametrize("seed", [-5, 0, 2**31, 2**63 + 11])
def test_any_whole_number_is_a_seed(seed: int) -> None:
    assert paint("夏季，晴天", width=96, height=120, seed=seed).size == (96, 120)


def test_another_seed_gives_another_picture() -> None:
    assert mean_difference(lab_of(LAKE, 3), lab_of(LAKE, 4)) > 3


def test_composition_does_not_depend_on_the_size() -> None:
    large = paint(LAKE, width=WIDTH * 2, height=HEIGHT * 2, seed=3)
    small = large.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    assert mean_difference(measured(small), lab_of(LAKE)) < 4


def test_mood_tints_the_picture() -> None:
    """Nostalgia is yellower than the same scene in a free mood."""
    free, nostalgic = (
        paint(f"夏季，晴天，白天，公路，{mood}", width=96, height=120, seed=3)
        for mood in ("自由", "怀旧")
    )
    yellow = [
        np.asarray(p, np.float32)[..., :2].mean() - np.asarray(p)[..., 2].mean()
        for p in (free, nostalgic)
    ]
    assert yellow[1] > yellow[0] + 2


TRIPS = (
    LAKE,
    "夏季，晴天，夜晚，上海外滩",
    "秋季，晴天，黄昏，敦煌鸣沙山",
    "冬季，雪天，白天，哈尔滨冰雪大世界",
    "夏季，雨天，白天，桂林漓江",
    "秋季，晴天，白天，安静的公路",
)


@pytest.mark.parametrize("index", range(len(TRIPS)))
def test_different_trips_look_different(index: int) -> None:
    others = [trip for trip in TRIPS if trip != TRIPS[index]]
    assert min(mean_difference(lab_of(TRIPS[index]), lab_of(other)) for other in others) > 12


@pytest.mark.parametrize(
    "prompt",
    [
        "春季，晴天，夜晚，太湖",
        "冬季，雪天，夜晚，冰雪大世界",
        "夏季，多云，夜晚，广州塔",
        "秋季，雾天，夜晚，乌镇",
    ],
)
def test_night_is_dark(prompt: str) -> None:
    assert tones_of(plate(prompt)).mean_l <= 30


@pytest.mark.parametrize(
    "prompt",
    [
        "冬季，雪天，白天，雪乡",
        "冬季，晴天，白天，冰雪大世界",
        "冬季，晴天，黄昏，黄山",
        "冬季，多云，白天，三亚海滩",
    ],
)
def test_winter_is_white_or_pale(prompt: str) -> None:
    tones = tones_of(plate(prompt))
    assert tones.white >= 0.10 or tones.mean_c <= 12


@pytest.mark.parametrize("place", ["安静的公路", "太湖", "黄山", "上海外滩"])
def test_clear_autumn_day_is_warm(place: str) -> None:
    assert tones_of(plate(f"秋季，晴天，白天，{place}")).warm >= 0.35


@pytest.mark.parametrize("weather", ["雨天", "阴天", "雾天"])
@pytest.mark.parametrize("place", ["春季，白天，桂林漓江", "秋季，黄昏，武汉长江大桥"])
def test_grey_weather_is_flat_and_muted(weather: str, place: str) -> None:
    tones = tones_of(plate(f"{place}，{weather}"))
    assert tones.range_l <= 60
    assert tones.mean_c <= 22


@pytest.mark.parametrize("season", ["春季", "夏季"])
@pytest.mark.parametrize("place", ["西湖", "呼伦贝尔草原", "青岛海滨"])
def test_clear_day_of_spring_or_summer_is_green_and_blue(season: str, place: str) -> None:
    assert tones_of(plate(f"{season}，晴天，白天，{place}")).cool >= 0.35


@pytest.mark.parametrize(
    "prompt",
    [
        "秋季，晴天，黄昏，敦煌沙漠",
        "夏季，多云，黄昏，太湖",
        "冬季，晴天，黄昏，黄山",
        "春季，晴天，黄昏，外滩",
    ],
)
def test_dusk_glows_warm_in_the_upper_half(prompt: str) -> None:
    upper = lab_of(prompt)[: HEIGHT // 2]
    share, light = warm_share(upper)
    assert share >= 0.10
    assert light >= float(upper[..., 0].mean()) - 1


SURFACES = (
    LAKE,
    "秋季，晴天，白天，安静的公路",
    "夏季，雨天，白天，桂林漓江",
    "冬季，晴天，白天，冰雪大世界",
    "秋季，沙尘，白天，敦煌沙漠",
)


@pytest.mark.parametrize("prompt", SURFACES)
@pytest.mark.parametrize("seed", [3, 8])
def test_ground_where_the_car_stands_is_smooth_and_even(prompt: str, seed: int) -> None:
    light = lab_of(prompt, seed)[..., 0]
    down, across = np.gradient(light)
    rows, columns = slice(281, 324), slice(43, 245)  # y 0.78..0.90 H, x 0.15..0.85 W
    assert float(np.hypot(down, across)[rows, columns].mean()) <= 4
    assert float(light[rows, columns].std()) <= 12


@pytest.mark.parametrize("seed", range(4))
def test_asphalt_spans_the_picture_where_the_car_stands(seed: int) -> None:
    row = lab_of("夏季，晴天，白天，公路", seed)[round(0.84 * HEIGHT), 21:267]
    assert float(np.hypot(row[:, 1], row[:, 2]).max()) < 12
    assert float(np.ptp(row[:, 0])) < 15


def test_horizon_lies_at_its_row() -> None:
    light = lab_of("夏季，晴天，白天，呼伦贝尔草原")[..., 0]
    rows = light[:, 130:158].mean(1)
    steps = np.abs(np.diff(rows))[round(0.40 * HEIGHT) : round(0.70 * HEIGHT)]
    step = round(0.40 * HEIGHT) + int(steps.argmax()) + 1
    assert abs(step - 0.56 * HEIGHT) <= 0.03 * HEIGHT

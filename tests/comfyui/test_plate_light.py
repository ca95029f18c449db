"""What is read off a plate: rules that hold for every picture, and plates whose light is known."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from numpy.typing import NDArray

from comfyui.custom_nodes.trip_poster.ground import Scene
from comfyui.custom_nodes.trip_poster.plate_light import PlateLight, read_light, reduced
from comfyui.custom_nodes.trip_poster.vanishing import ground_lines
from local.painter import paint
from local.painter.facts import facts_from_prompt

SIZE = (432, 540)
_CAMERA = "平视构图，视线水平，地平线在画面自上而下百分之56处。"
_ROAD = "道路与画面约成{}度角，自{}下向{}上斜伸。"
_LOW = "低斜的暖阳从{}侧照来，长长的影子投向{}侧。"
_HIGH = "阳光从{}侧高处照来，影子短而清晰，投向{}侧。"
PLATES = {
    "day left": f"夏季，晴天，白天。呼伦贝尔草原。{_CAMERA}{_HIGH.format('左', '右')}",
    "day right": f"夏季，晴天，白天。呼伦贝尔草原。{_CAMERA}{_HIGH.format('右', '左')}",
    "low left": f"秋季，晴天，黄昏。敦煌鸣沙山的沙丘。{_CAMERA}{_LOW.format('左', '右')}",
    "low right": f"秋季，晴天，黄昏。敦煌鸣沙山的沙丘。{_CAMERA}{_LOW.format('右', '左')}",
    "soft": f"春季，阴天，白天。黄山的山峰。{_CAMERA}天光柔和均匀，没有明显影子。",
    "snow": f"冬季，雪天，白天。黄山的山峰。{_CAMERA}天光柔和均匀，没有明显影子。",
    "night": f"夏季，晴天，夜晚。上海外滩的天际线。{_CAMERA}路灯照亮地面。",
}
Plate = NDArray[np.uint8]


def painted(prompt: str, seed: int = 4) -> Plate:
    return np.asarray(paint(prompt, width=SIZE[0], height=SIZE[1], seed=seed))


@pytest.fixture(scope="module")
def lights() -> dict[str, tuple[Plate, PlateLight]]:
    plates = {name: painted(prompt) for name, prompt in PLATES.items()}
    return {name: (plate, read_light(plate, 0.56)) for name, plate in plates.items()}


@pytest.mark.parametrize("name", ["day left", "day right", "low left", "low right"])
def test_a_hard_suns_side_is_read(lights: dict[str, tuple[Plate, PlateLight]], name: str) -> None:
    side = lights[name][1].side
    assert max(side, key=lambda each: side[each]) == name.split()[1]
    assert sum(side.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("name", list(PLATES))
def test_a_mirrored_plate_is_lit_from_the_other_side_and_else_alike(
    lights: dict[str, tuple[Plate, PlateLight]], name: str
) -> None:
    plate, light = lights[name]
    mirrored = read_light(np.ascontiguousarray(plate[:, ::-1]), 0.56)
    assert mirrored.side["left"] == pytest.approx(light.side["right"], abs=0.05)
    assert mirrored.direction.value == pytest.approx(-light.direction.value, abs=0.6)
    for figure in ("hard", "low", "night", "dark", "bright"):
        one, other = getattr(mirrored, figure).value, getattr(light, figure).value
        assert one == pytest.approx(other, abs=0.01)


def test_hour_height_and_ground_are_told_apart(
    lights: dict[str, tuple[Plate, PlateLight]],
) -> None:
    read = {name: light for name, (_, light) in lights.items()}
    assert read["night"].night.value > 0.9
    assert max(light.night.value for name, light in read.items() if name != "night") < 0.1
    assert read["low left"].low.value > 0.5 > read["day left"].low.value
    assert read["day left"].hard.value > 0.5 > read["soft"].hard.value
    assert read["snow"].bright.value > 0.5 > read["soft"].bright.value
    assert read["night"].dark.value > read["low left"].dark.value >= read["soft"].dark.value
    assert read["low left"].mired.value > read["day left"].mired.value + 40


def test_the_trips_words_are_the_prior_of_what_a_picture_leaves_open() -> None:
    grey = np.full((160, 128, 3), 140, dtype=np.uint8)
    clear = read_light(grey, 0.56, Scene("summer", "clear", "day"))
    rain = read_light(grey, 0.56, Scene("summer", "rain", "day"))
    dusk = read_light(grey, 0.56, Scene("summer", "clear", "dusk"))
    assert clear.hard.value > rain.hard.value
    assert dusk.low.value > clear.low.value
    assert dusk.dark.value > clear.dark.value


@pytest.mark.parametrize("level", [0, 1, 128, 255])
def test_a_plate_of_one_colour_tells_no_side_and_no_direction(level: int) -> None:
    light = read_light(np.full((90, 160, 3), level, dtype=np.uint8), 0.5)
    assert light.side_confidence < 0.01
    assert light.direction.confidence == 0
    for fact in light.facts().values():
        assert math.isfinite(fact["value"])
        assert 0 <= fact["confidence"] <= 1


def test_a_plate_of_noise_has_no_direction() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (360, 288, 3), dtype=np.uint8)
    assert read_light(noise, 0.5).direction.confidence < 0.3


@pytest.mark.parametrize(
    ("degrees", "near", "far"), [(37, "左", "右"), (37, "右", "左"), (20, "左", "右")]
)
def test_a_painted_road_runs_where_it_was_asked_to(degrees: int, near: str, far: str) -> None:
    prompt = f"夏季，晴天，白天。呼伦贝尔草原。{_CAMERA}{_ROAD.format(degrees, near, far)}"
    heading = facts_from_prompt(prompt).heading
    found = read_light(painted(prompt), 0.56).direction
    assert abs(heading) == degrees
    assert abs(found.value - heading) <= 8
    assert found.confidence > 0.2


@pytest.mark.parametrize(("degrees", "horizon"), [(0, 0.4), (30, 0.5), (-40, 0.6)])
def test_drawn_lines_meet_in_their_own_point(degrees: int, horizon: float) -> None:
    height, width, lens = 360, 288, 1.45
    y, x = np.mgrid[:height, :width].astype(np.float64)
    at = width / 2 + lens * width * math.tan(math.radians(degrees))
    drop = np.maximum(y - horizon * height, 0.5)
    lane = (x - at) / drop  # constant along a line of the ground to that point
    shade = np.where(np.sin(9 * lane) > 0, 0.25, 0.5) * (y > horizon * height)
    linear = np.repeat((shade + 0.8 * (y <= horizon * height))[..., None], 3, axis=2)
    row, direction = ground_lines(linear.astype(np.float32), horizon)
    assert direction.value == pytest.approx(degrees, abs=6)
    assert direction.confidence > 0.25
    assert row.value == pytest.approx(horizon, abs=0.01)


def test_a_plate_is_read_in_less_than_a_third_of_a_second_of_cpu() -> None:
    plate = np.random.default_rng(5).integers(0, 256, (1920, 1080, 3), dtype=np.uint8)
    begun = time.process_time()
    read_light(plate, 0.56)
    assert time.process_time() - begun < 0.3


def test_a_wide_and_a_tall_plate_are_reduced_to_one_width() -> None:
    assert reduced(np.zeros((1080, 1920, 3), dtype=np.uint8)).shape == (162, 288, 3)
    assert reduced(np.zeros((1920, 1080, 3), dtype=np.uint8)).shape == (512, 288, 3)

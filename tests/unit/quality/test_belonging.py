"""What makes a car belong: each measure alone on scenes and cars that are known."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from shared.quality import car_view, cast, hours, lines, side, warmth
from shared.quality.belonging import belonging_scores, broken
from shared.quality.colour import decode, encode
from shared.quality.evidence import Car, Orders
from shared.quality.scene import LIGHT, scene_of
from shared.quality.thresholds import Thresholds
from shared.vehicles.sidecar import Camera, Light
from tests.unit.quality import case, scenes

if TYPE_CHECKING:
    from shared.quality.colour import Bytes
    from shared.quality.lines import Direction

# Of the demonstration car's first render, whose camera stood at 37 degrees.
_CONTACTS = ((1749.31, 785.19), (940.89, 970.2), (265.35, 877.77), (1139.23, 727.94))


def _car(camera: Camera | None = None, light: Light | None = None) -> Car:
    pixels = np.zeros((998, 1920, 4), dtype=np.uint8)
    pixels[20:960, 30:1890] = 255
    return Car(
        pixels=pixels,
        badge=pixels[..., 3],
        scale=1.0,
        contacts=_CONTACTS,
        horizon_y=140.0,
        badge_box=(177, 456, 280, 601),
        light=light,
        camera=camera,
    )


def _sun(azimuth: float = 110.0, elevation: float = 45.0, **more: float) -> Light:
    told = {"softness": 0.1, "cct_k": 5600.0, **more}
    return Light(azimuth_deg=azimuth, elevation_deg=elevation, **told)


def test_the_tyres_tell_the_cameras_heading_and_lens() -> None:
    view = car_view.view_of(_car())
    assert view is not None
    assert view.heading == pytest.approx(37, abs=1)
    assert view.focal == pytest.approx(4686, abs=20)


def test_a_rear_view_has_its_rear_wheels_nearer() -> None:
    left_rear, left_front, right_front, right_rear = _CONTACTS
    turned = replace(_car(), contacts=(right_front, right_rear, left_rear, left_front))
    view = car_view.view_of(turned)
    assert view is not None
    assert view.heading == pytest.approx(-143, abs=1)


def test_the_stated_camera_is_held_against_the_tyres() -> None:
    assert car_view.camera_error(_car()) is None
    near = car_view.camera_error(_car(Camera(heading_deg=37)))
    rear = car_view.camera_error(_car(Camera(heading_deg=-143)))
    assert near is not None
    assert rear is not None
    assert near < 2
    assert rear > 170


def _direction(plate: Bytes) -> Direction:
    scene = scene_of(plate, scenes.HORIZON)
    edges = lines.edges_of(scene, scene.horizon + lines.BELOW * scene.size[0])
    return lines.direction_of(edges, scene.horizon, scene.size[1] / 2, math.hypot(*scene.size))


@pytest.mark.parametrize("heading", [-37, -20, 20, 27, 37, 45])
def test_a_roads_heading_is_read_to_two_degrees(heading: float) -> None:
    found = _direction(scenes.with_road(scenes.plate(), heading))
    assert found.headings[0] == pytest.approx(heading, abs=2)
    assert found.confidence >= 0.5


def test_a_ground_without_lines_has_no_heading() -> None:
    noise = np.random.default_rng(1).integers(60, 160, (720, 576, 1), dtype=np.uint8)
    assert _direction(np.repeat(noise, 3, axis=2)).confidence < 0.5
    assert _direction(scenes.plate()).headings == ()


@pytest.mark.parametrize("horizon", [0.42, 0.5, 0.58])
def test_lines_meet_on_the_plates_own_horizon_whatever_was_asked_for(horizon: float) -> None:
    plate = scenes.with_lane(scenes.plate(horizon=horizon), horizon)
    scene = scene_of(plate, scenes.HORIZON)
    edges = lines.edges_of(scene, scene.horizon + 0.1 * scene.size[0])
    found = lines.meeting_of(edges, (scene.size[1] / 2, scene.horizon))
    assert found is not None
    assert found.y / scene.size[0] == pytest.approx(horizon, abs=0.01)
    assert found.confidence >= 0.5


@pytest.mark.parametrize(
    ("sky", "ground", "hour"),
    [
        (scenes.BLUE, 120, "high"),
        (scenes.ROSE, 110, "low"),
        (scenes.GREY, 110, "overcast"),
        (scenes.DIM, 60, "dusk"),
        (scenes.BLACK, 30, "night"),
    ],
)
def test_five_hours_are_told_apart(
    sky: tuple[scenes.Colour, scenes.Colour], ground: int, hour: str
) -> None:
    scene = scene_of(scenes.plate(sky, (ground,) * 3), scenes.HORIZON, LIGHT)
    found = hours.hours_in(hours.tones_of(scene))
    assert sum(found.values()) == pytest.approx(1)
    assert found[hour] > 0.5
    assert hours.apart(found, hour, Orders("summer", "clear", "day")) < 0.3


@pytest.mark.parametrize(
    ("light", "hour"),
    [
        (_sun(), "high"),
        (_sun(elevation=10), "low"),
        (_sun(softness=1.0), "overcast"),
        (_sun(sun_to_sky=0), "overcast"),
        (_sun().model_copy(update={"time_of_day": "night", "lamps": True}), "night"),
        (_sun(softness=0.9).model_copy(update={"lamps": True}), "dusk"),
    ],
)
def test_a_renders_hour_is_read_from_its_sidecar(light: Light, hour: str) -> None:
    assert hours.hour_of(light) == hour


def test_a_cold_render_misses_a_warm_scene_by_its_mired_and_a_warm_one_does_not() -> None:
    warm = scene_of(scenes.plate(scenes.ROSE, (150, 112, 84)), scenes.HORIZON, LIGHT)
    cold = warmth.warmth_gap(warm, _sun(softness=1.0, cct_k=6500))
    same = warmth.warmth_gap(warm, _sun(elevation=10, cct_k=3300, sun_to_sky=0.85))
    assert cold.confidence >= 0.5
    assert cold.value > 72 > same.value


def test_mired_are_those_of_daylight() -> None:
    assert warmth.mired_of(np.ones(3)) == pytest.approx(1e6 / 6504, abs=2)


@pytest.mark.parametrize("way", [-1, 1])
def test_the_light_comes_from_where_the_sky_is_lighter(way: int) -> None:
    found = side.light_side(scene_of(scenes.lit_from(scenes.plate(), way), scenes.HORIZON))
    assert found.value * way > 0.5
    assert found.confidence == pytest.approx(abs(found.value))


def test_an_even_sky_says_nothing_of_the_side() -> None:
    assert side.light_side(scene_of(scenes.plate(), scenes.HORIZON)).confidence < 0.3


@pytest.mark.parametrize("way", [-1, 1])
def test_a_shadow_is_found_on_the_side_where_it_falls(way: int) -> None:
    car, claims = case.the_car(), case.claims()
    view = car_view.view_of(car)
    assert view is not None
    bare = case.bare_plate()
    columns = np.arange(case.WIDTH)
    middle = case.X + sum(x for x, _ in case.CONTACTS) / 4
    share = np.where((columns - middle) * way > 0, 0.5, 1.0)
    plate = encode(decode(bare) * share[None, :, None])
    found = cast.shadow_side(plate, bare, car, claims, view, _sun(elevation=30))
    assert found.value * way > 0.9
    assert found.confidence >= 0.5
    assert cast.shadow_side(bare, bare, car, claims, view, _sun()).confidence == 0


def _strange(names: dict[str, float], confidence: float = 1.0) -> dict[str, float]:
    return {**names, **{f"{name}_confidence": confidence for name in names}}


def test_what_was_never_asked_for_informs_only() -> None:
    scores = _strange({"heading_error": 30.0, "light_side": 1.0, "light_gap": 40.0})
    assert broken(scores, None, Thresholds()) == ((), ("light_gap",))


def test_a_light_that_a_set_of_one_cannot_have_is_a_doubt() -> None:
    scores = _strange({"heading_error": 30.0, "light_side": 1.0, "light_gap": 40.0})
    failures, doubts = broken(scores, 0, Thresholds())
    assert failures == ("heading_error",)
    assert doubts == ("light_side", "light_gap")


def test_a_light_that_another_member_has_fails() -> None:
    scores = _strange({"heading_error": 30.0, "light_side": 1.0, "light_gap": 40.0})
    assert broken(scores, 7, Thresholds()) == (("heading_error", "light_side", "light_gap"), ())


def test_an_unclear_plate_decides_nothing() -> None:
    scores = _strange({"heading_error": 30.0, "light_side": 1.0, "shadow_side": 1.0}, 0.3)
    assert broken(scores, 7, Thresholds()) == ((), ())
    assert broken({}, 7, Thresholds()) == ((), ())


def test_every_measure_says_how_clear_it_is() -> None:
    evidence = case.clean().evidence
    car = replace(evidence.car, light=_sun(), camera=Camera(heading_deg=37))
    bare = scenes.with_lane(case.bare_plate(), case.HORIZON / case.HEIGHT)
    found = belonging_scores(replace(evidence, car=car, bare=bare), case.HORIZON / case.HEIGHT)
    measured = {name for name in found if not name.endswith("_confidence")} - {"camera_error"}
    assert measured == {
        *("heading_error", "horizon_error", "light_height", "light_hardness"),
        *("light_warmth", "light_side", "shadow_side"),
    }
    assert all(0 <= found[f"{name}_confidence"] <= 1 for name in measured)


def test_without_a_sidecars_light_only_the_lines_are_measured() -> None:
    evidence = case.clean().evidence
    bare = scenes.with_lane(case.bare_plate(), case.HORIZON / case.HEIGHT)
    found = belonging_scores(replace(evidence, bare=bare), case.HORIZON / case.HEIGHT)
    assert {name.removesuffix("_confidence") for name in found} == {
        "heading_error",
        "horizon_error",
    }


@pytest.mark.parametrize("weather", ["fog", "overcast", "rain", "snow"])
def test_a_sunless_dawn_suits_a_grey_days_render_and_the_blue_hours_and_no_nights(
    weather: str,
) -> None:
    dawn, day = Orders("summer", weather, "dawn"), Orders("summer", weather, "day")
    dim = {"high": 0.0, "low": 0.0, "overcast": 0.0, "dusk": 1.0, "night": 0.0}
    assert hours.apart(dim, "overcast", dawn) == hours.apart(dim, "dusk", dawn) == 0
    assert hours.apart(dim, "overcast", day) > 0.5
    grey = {**dim, "overcast": 1.0, "dusk": 0.0}
    assert hours.apart(grey, "night", dawn) == 1


def test_a_dusk_with_loose_clouds_suits_a_low_sun_and_a_grey_day_and_no_noon() -> None:
    golden = {"high": 0.0, "low": 1.0, "overcast": 0.0, "dusk": 0.0, "night": 0.0}
    assert hours.apart(golden, "overcast", Orders("spring", "cloudy", "dusk")) == 0
    assert hours.apart(golden, "high", Orders("spring", "cloudy", "dusk")) > 0.5
    assert hours.apart(golden, "overcast", Orders("spring", "clear", "dusk")) > 0.5


def test_a_golden_autumn_day_suits_a_high_sun_and_other_seasons_days_do_not() -> None:
    golden = {"high": 0.0, "low": 1.0, "overcast": 0.0, "dusk": 0.0, "night": 0.0}
    assert hours.apart(golden, "high", Orders("autumn", "clear", "day")) == 0
    assert hours.apart(golden, "high", Orders("summer", "clear", "day")) > 0.5
    assert hours.apart(golden, "overcast", Orders("autumn", "clear", "day")) > 0.5

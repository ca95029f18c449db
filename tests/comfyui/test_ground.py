"""Grounding: the plate darkens where a car stands, and only there."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from comfyui.custom_nodes.trip_poster.colour import decode
from comfyui.custom_nodes.trip_poster.footprint import hull, outline
from comfyui.custom_nodes.trip_poster.ground import (
    TIMES,
    WEATHERS,
    Scene,
    cast_vector,
    gaussian,
    shade,
    shadow_mask,
)
from comfyui.custom_nodes.trip_poster.placement import place
from comfyui.custom_nodes.trip_poster.reflection import contact_line, reflect
from comfyui.custom_nodes.trip_poster.vehicle_files import read_car
from tests.comfyui.small_car import CANVAS, HORIZON, plate

if TYPE_CHECKING:
    from comfyui.custom_nodes.trip_poster.placement import Placement
    from comfyui.custom_nodes.trip_poster.vehicle_files import Vehicle

CLEAR = Scene("summer", "clear", "day")


@pytest.fixture
def placement(vehicle: Vehicle) -> Placement:
    return place(vehicle, CANVAS, HORIZON)[0]


@pytest.mark.parametrize("weather", WEATHERS)
@pytest.mark.parametrize("time_of_day", TIMES)
def test_the_ground_at_the_tyres_is_clearly_darker_in_every_scene(
    vehicle: Vehicle, placement: Placement, weather: str, time_of_day: str
) -> None:
    shaded = shade(plate(), vehicle, placement, Scene("winter", weather, time_of_day))
    for foot in vehicle.contacts:
        x, y = (round(each) for each in placement.point(foot))
        ratio = decode(shaded)[y, x].mean() / decode(plate())[y, x].mean()
        assert 0.08 <= ratio <= 0.55


def test_rows_above_the_horizon_and_ground_far_away_stay_as_they_are(
    vehicle: Vehicle, placement: Placement
) -> None:
    shaded = shade(plate(), vehicle, placement, CLEAR)
    top = placement.horizon_y
    assert np.array_equal(shaded[:top], plate()[:top])
    ratio = decode(shaded)[-8:, -8:].mean() / decode(plate())[-8:, -8:].mean()
    assert ratio >= 0.9


def test_a_shadow_never_brightens_and_never_goes_black(
    vehicle: Vehicle, placement: Placement
) -> None:
    shadow = shadow_mask(vehicle, placement, CLEAR)
    assert shadow.min() == 0
    assert 0.6 < shadow.max() <= 0.94
    assert (shade(plate(), vehicle, placement, CLEAR) <= plate()).all()


def test_the_sun_casts_and_the_night_does_not(vehicle: Vehicle, placement: Placement) -> None:
    totals = [
        float(shadow_mask(vehicle, placement, Scene("summer", weather, time)).sum())
        for weather, time in [("clear", "day"), ("cloudy", "day"), ("fog", "day")]
    ]
    assert totals == sorted(totals, reverse=True)
    assert len(set(totals)) == 3
    night = shadow_mask(vehicle, placement, Scene("summer", "clear", "night"))
    assert float(night.sum()) == totals[2]


def test_light_from_the_right_throws_the_shadow_left(
    vehicle: Vehicle, placement: Placement
) -> None:
    right = cast_vector(replace(vehicle, light_azimuth_deg=90.0), placement)
    behind_the_car = cast_vector(replace(vehicle, light_azimuth_deg=0.0), placement)
    assert right[0] < -10
    assert abs(right[1]) < 1e-9
    assert behind_the_car[1] > 1
    assert abs(behind_the_car[0]) < 1e-9


def test_a_lower_sun_throws_longer(vehicle: Vehicle, placement: Placement) -> None:
    lengths = [
        math.hypot(*cast_vector(replace(vehicle, light_elevation_deg=height), placement))
        for height in (70.0, 50.0, 30.0)
    ]
    assert lengths == sorted(lengths)


def test_snow_leaves_a_lighter_and_bluer_shadow(vehicle: Vehicle, placement: Placement) -> None:
    x, y = (round(each) for each in placement.point(vehicle.contacts[1]))
    grey = shade(plate(), vehicle, placement, Scene("summer", "overcast", "day"))[y, x].astype(int)
    snow = shade(plate(), vehicle, placement, Scene("winter", "snow", "day"))[y, x].astype(int)
    assert (snow > grey).all()
    assert snow[2] > snow[0]


def test_a_wet_road_mirrors_the_cars_colour_near_the_car_only(
    vehicle: Vehicle, placement: Placement
) -> None:
    car = read_car(vehicle, place(vehicle, CANVAS, HORIZON)[1])
    wet = reflect(plate(), car, vehicle, placement)
    change = wet.astype(int) - plate().astype(int)
    redder = change[..., 0] - change[..., 1]
    assert redder.max() > 8
    assert np.array_equal(wet[: placement.horizon_y], plate()[: placement.horizon_y])
    assert not change[-4:].any()


def test_the_contact_line_runs_through_the_near_tyres() -> None:
    feet = [(170.0, 70.0), (98.0, 86.0), (38.0, 78.0), (116.0, 65.0)]
    line = contact_line(feet, np.array([38, 98, 170, 134]))
    assert line.tolist() == [78.0, 86.0, 70.0, 78.0]


def test_a_footprint_grows_on_the_ground_in_perspective() -> None:
    # A rectangle seen head on: 2 deep, from z = 4 to 6, eye 1 above, focal length 100.
    feet = [(-100 / 6, 100 / 6), (-25.0, 25.0), (25.0, 25.0), (100 / 6, 100 / 6)]
    grown = outline(feet, 2.0, 1.0)
    near, far = 100 / 3, 100 / 7
    expected = [(-far, far), (-near, near), (near, near), (far, far)]
    assert np.allclose(grown, expected)


@pytest.mark.parametrize(
    "feet",
    [
        [(0.0, 0.0), (10.0, 0.0), (10.0, 0.0), (0.0, 0.0)],
        [(100.0, 50.0), (0.0, 52.0), (2.0, 20.0), (101.0, 49.0)],
    ],
)
def test_rough_contacts_still_give_a_bounded_footprint(feet: list[tuple[float, float]]) -> None:
    grown = np.array(outline(feet, 1.6, 1.3))
    assert np.isfinite(grown).all()
    assert np.abs(grown).max() < 300


def test_the_hull_drops_inner_points() -> None:
    square = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]
    assert sorted(hull([*square, (2.0, 2.0), (1.0, 3.0)])) == sorted(square)


def test_blurring_keeps_the_sum() -> None:
    plane = np.zeros((61, 61), dtype=np.float32)
    plane[30, 30] = 1
    soft = gaussian(plane, 4.0)
    assert abs(float(soft.sum()) - 1) < 1e-3
    assert abs(float(soft[30, 30]) - 1 / (2 * math.pi * 16)) < 1e-4

"""Grading: the plate comes a little toward the render's light, and never far."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from comfyui.custom_nodes.trip_poster.colour import luminance
from comfyui.custom_nodes.trip_poster.grade import daylight, gains, grade
from comfyui.custom_nodes.trip_poster.ground import SEASONS, TIMES, WEATHERS, Scene
from comfyui.custom_nodes.trip_poster.placement import place
from tests.comfyui.small_car import CANVAS, HORIZON, plate

if TYPE_CHECKING:
    from comfyui.custom_nodes.trip_poster.placement import Placement
    from comfyui.custom_nodes.trip_poster.vehicle_files import Vehicle

DAY = Scene("summer", "clear", "day")


@pytest.fixture
def placement(vehicle: Vehicle) -> Placement:
    return place(vehicle, CANVAS, HORIZON)[0]


def test_no_scene_and_no_plate_moves_a_channel_by_more_than_the_bounds(
    vehicle: Vehicle, placement: Placement
) -> None:
    lowest, highest = 0.7 * 0.92 * 0.94, 1.4 * 1.08 * 1.05
    for season, weather, time in product(SEASONS, WEATHERS, TIMES):
        for level in (0, 3, 120, 255):
            gain = gains(plate(level), vehicle, placement, Scene(season, weather, time))
            assert lowest <= gain.min() <= gain.max() <= highest


def test_a_dark_ground_is_lifted_and_a_glaring_one_lowered(
    vehicle: Vehicle, placement: Placement
) -> None:
    dark, glaring = plate(40), plate(245)
    assert grade(dark, vehicle, placement, DAY)[-1, 0, 1] > dark[-1, 0, 1]
    assert grade(glaring, vehicle, placement, DAY)[-1, 0, 1] < glaring[-1, 0, 1]


def test_a_tinted_ground_comes_toward_the_renders_light(
    vehicle: Vehicle, placement: Placement
) -> None:
    blue = plate()
    blue[round(HORIZON * CANVAS[1]) :] = (110, 130, 190)
    gain = gains(blue, vehicle, placement, DAY)
    assert gain[0] > gain[1] > gain[2]


def test_black_and_white_stay_and_order_is_kept(vehicle: Vehicle, placement: Placement) -> None:
    ramp = plate()
    ramp[0, :, :] = 0
    ramp[1, :, :] = 255
    ramp[2, :, :] = np.linspace(0, 255, CANVAS[0]).astype(np.uint8)[:, None]
    graded = grade(ramp, vehicle, placement, DAY)
    assert (graded[0] == 0).all()
    assert (graded[1] == 255).all()
    assert (np.diff(graded[2].astype(int), axis=0) >= 0).all()


def test_the_same_code_is_graded_alike_everywhere(vehicle: Vehicle, placement: Placement) -> None:
    graded = grade(plate(), vehicle, placement, DAY)
    assert len(np.unique(graded[-20:].reshape(-1, 3), axis=0)) == 1


def test_winter_is_cooler_than_autumn(vehicle: Vehicle, placement: Placement) -> None:
    cold = gains(plate(), vehicle, placement, Scene("winter", "clear", "day"))
    warm = gains(plate(), vehicle, placement, Scene("autumn", "clear", "day"))
    assert cold[2] / cold[0] > warm[2] / warm[0]


def test_a_warm_light_asks_for_a_warmer_plate(vehicle: Vehicle, placement: Placement) -> None:
    warm = gains(plate(), replace(vehicle, light_cct_k=4200.0), placement, DAY)
    cool = gains(plate(), replace(vehicle, light_cct_k=9000.0), placement, DAY)
    assert warm[0] / warm[2] > cool[0] / cool[2]


def test_daylight_of_6504_kelvin_is_the_white_of_srgb() -> None:
    assert np.allclose(daylight(6504.0), 1.0, atol=0.01)
    assert float(luminance(daylight(4500.0))) == pytest.approx(1.0, abs=0.001)


def test_the_plate_that_was_given_is_not_changed(vehicle: Vehicle, placement: Placement) -> None:
    given = plate(60)
    grade(given, vehicle, placement, DAY)
    assert np.array_equal(given, plate(60))

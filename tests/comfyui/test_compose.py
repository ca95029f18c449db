"""Composing: metamorphic rules that need no picture to be judged by eye."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from comfyui.custom_nodes.trip_poster.colour import decode, encode, from_floats, to_floats
from comfyui.custom_nodes.trip_poster.compose import compose
from comfyui.custom_nodes.trip_poster.errors import PlacementError
from comfyui.custom_nodes.trip_poster.placement import place
from comfyui.custom_nodes.trip_poster.vehicle_files import read_car
from tests.comfyui.small_car import CANVAS, HORIZON, plate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from comfyui.custom_nodes.trip_poster.vehicle_files import Vehicle


@pytest.fixture
def car(vehicle: Vehicle) -> NDArray[np.uint8]:
    return read_car(vehicle, place(vehicle, CANVAS, HORIZON)[1])


def one_pixel(level: int, alpha: int, ground: int) -> list[int]:
    car = np.array([[[level, level, level, alpha]]], dtype=np.uint8)
    poster, _ = compose(np.full((1, 1, 3), ground, dtype=np.uint8), car, 0, 0)
    return [int(code) for code in poster[0, 0]]


def test_black_over_white_at_alpha_128_is_mixed_in_linear_light() -> None:
    assert one_pixel(0, 128, 255) == [187] * 3


def test_colour_under_alpha_0_has_no_influence(car: NDArray[np.uint8]) -> None:
    green = car.copy()
    green[car[..., 3] == 0, :3] = (0, 255, 0)
    assert np.array_equal(compose(plate(), car, 10, 70)[0], compose(plate(), green, 10, 70)[0])


def test_the_plate_under_opaque_pixels_has_no_influence(car: NDArray[np.uint8]) -> None:
    bright, mask = compose(plate(250), car, 10, 70)
    dark, _ = compose(plate(3), car, 10, 70)
    assert np.array_equal(bright[mask == 255], dark[mask == 255])
    assert not np.array_equal(bright, dark)


def test_opaque_pixels_are_the_frozen_ones(car: NDArray[np.uint8]) -> None:
    poster, mask = compose(plate(), car, 10, 70)
    cut = (slice(70, 70 + car.shape[0]), slice(10, 10 + car.shape[1]))
    opaque = car[..., 3] == 255
    assert np.array_equal(poster[cut][opaque], car[..., :3][opaque])
    assert np.array_equal(mask[cut] == 255, opaque)
    assert (mask == 255).sum() == opaque.sum() > 1000


def test_car_and_plate_of_one_colour_give_that_colour(car: NDArray[np.uint8]) -> None:
    flat = car.copy()
    flat[..., :3] = (90, 140, 33)
    ground = np.full_like(plate(), 0) + np.array([90, 140, 33], dtype=np.uint8)
    assert np.array_equal(compose(ground, flat, 10, 70)[0], ground)


def test_moving_the_car_moves_the_picture(car: NDArray[np.uint8]) -> None:
    ground = np.full((160, 160, 3), 77, dtype=np.uint8)
    here, there = compose(ground, car, 20, 30)[0], compose(ground, car, 27, 41)[0]
    assert np.array_equal(np.roll(here, (11, 7), axis=(0, 1)), there)


def test_a_fully_opaque_car_comes_out_as_it_went_in() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (20, 30, 4), dtype=np.uint8)
    noise[..., 3] = 255
    poster, _ = compose(np.zeros((20, 30, 3), dtype=np.uint8), noise, 0, 0)
    assert np.array_equal(poster, noise[..., :3])


def test_the_result_is_monotone_in_alpha() -> None:
    levels = [one_pixel(230, alpha, 20)[0] for alpha in range(256)]
    assert levels == sorted(levels)
    assert (levels[0], levels[-1]) == (20, 230)


def test_the_plate_outside_the_car_is_untouched(car: NDArray[np.uint8]) -> None:
    poster, _ = compose(plate(), car, 10, 70)
    full = np.zeros(plate().shape[:2], dtype=bool)
    full[70 : 70 + car.shape[0], 10 : 10 + car.shape[1]] = car[..., 3] > 0
    assert np.array_equal(poster[~full], plate()[~full])


@pytest.mark.parametrize(("x", "y"), [(-6, 70), (10, -6), (40, 70), (10, 120)])
def test_a_car_that_would_be_cut_off_is_refused(car: NDArray[np.uint8], x: int, y: int) -> None:
    with pytest.raises(PlacementError):
        compose(plate(), car, x, y)


def test_every_code_survives_linear_light_and_comfyuis_floats() -> None:
    codes = np.arange(256, dtype=np.uint8)
    assert np.array_equal(encode(decode(codes)), codes)
    assert np.array_equal(from_floats(to_floats(codes)), codes)


def test_empty_rows_and_columns_may_hang_over_the_canvas(car: NDArray[np.uint8]) -> None:
    wide = np.zeros((car.shape[0] + 40, car.shape[1] + 40, 4), dtype=np.uint8)
    wide[: car.shape[0], : car.shape[1]] = car
    tight, _ = compose(plate(), car, 10, 70)
    assert np.array_equal(compose(plate(), wide, 10, 70)[0], tight)
    early = np.zeros((car.shape[0] + 90, car.shape[1] + 40, 4), dtype=np.uint8)
    early[90:, 40:] = car
    assert np.array_equal(compose(plate(), early, -30, -20)[0], tight)

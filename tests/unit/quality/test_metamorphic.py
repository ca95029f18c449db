"""Rules that the measures keep whatever the picture: what must move a score, what must not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from shared.quality.brand import paint_shift
from shared.quality.edges import edge_difference, halo_and_seam
from shared.quality.truth import Truth, changed_pixels, truth_of
from tests.unit.quality import case
from tests.unit.quality.case import X, Y, badge_mask, car_pixels, clean, composed, shaded_plate


def truth(car: case.Bytes | None = None, plate: case.Bytes | None = None) -> Truth:
    pixels = car_pixels() if car is None else car
    return truth_of(shaded_plate() if plate is None else plate, pixels, badge_mask(), (X, Y))


def one_pixel(level: int, alpha: int, ground: int) -> int:
    car = np.array([[[level, level, level, alpha]]], dtype=np.uint8)
    plate = np.full((1, 1, 3), ground, dtype=np.uint8)
    return int(truth_of(plate, car, np.zeros((1, 1), np.uint8), (0, 0)).composite[0, 0, 0])


def test_black_over_white_at_alpha_128_is_187() -> None:
    assert one_pixel(0, 128, 255) == 187


def test_the_truth_is_monotone_in_alpha() -> None:
    levels = [one_pixel(230, alpha, 20) for alpha in range(256)]
    assert levels == sorted(levels)
    assert (levels[0], levels[-1]) == (20, 230)


@pytest.mark.slow
def test_colour_under_alpha_0_moves_no_score() -> None:
    green = car_pixels().copy()
    green[green[..., 3] == 0, :3] = (0, 255, 0)
    poster = clean()
    with_green = replace(poster, evidence=replace(poster.evidence, car=case.the_car(green)))
    assert with_green.verdict() == poster.verdict()


def test_the_plate_under_opaque_pixels_moves_no_score_of_the_car() -> None:
    plate = shaded_plate().copy()
    opaque = car_pixels()[..., 3] == 255
    plate[Y : Y + case.CAR[1], X : X + case.CAR[0]][opaque] = (255, 0, 255)
    assert np.array_equal(truth(plate=plate).composite, truth().composite)


def test_car_and_plate_of_one_colour_give_that_colour() -> None:
    car = car_pixels().copy()
    car[..., :3] = (90, 140, 33)
    plate = np.empty_like(shaded_plate())
    plate[:] = (90, 140, 33)
    found = truth(car, plate)
    assert np.array_equal(found.composite, found.window.cut(plate))


def test_a_fully_opaque_car_is_the_truth() -> None:
    car = car_pixels().copy()
    car[..., 3] = 255
    found = truth(car)
    inner = found.composite[12:-12, 12:-12]
    assert np.array_equal(inner, car[..., :3])


@pytest.mark.parametrize("by", [(3, 0), (0, -5), (-4, 6)])
def test_moving_car_and_plate_together_moves_no_score_of_the_car(by: tuple[int, int]) -> None:
    plate = np.roll(shaded_plate(), by[::-1], axis=(0, 1))
    moved = truth_of(plate, car_pixels(), badge_mask(), (X + by[0], Y + by[1]))
    faulty = composed(shaded_plate(), car_pixels(), linear=False)
    shifted = np.roll(faulty, by[::-1], axis=(0, 1))
    here, there = truth().window.cut(faulty), moved.window.cut(shifted)
    assert halo_and_seam(there, moved) == halo_and_seam(here, truth())
    assert edge_difference(there, moved) == edge_difference(here, truth())


@pytest.mark.parametrize("codes", [1, 3, 9])
def test_a_stronger_fault_scores_higher(codes: int) -> None:
    right = truth()
    weaker, stronger = right.composite.copy(), right.composite.copy()
    weaker[right.opaque] += np.uint8(codes)
    stronger[right.opaque] += np.uint8(codes + 1)
    assert 0 < paint_shift(weaker, right) < paint_shift(stronger, right)
    assert changed_pixels(weaker, right) == right.opaque.sum()


@pytest.mark.parametrize(("lift", "sign"), [(0.9, "halo_dark"), (1.1, "halo_bright")])
def test_the_halo_has_the_sign_of_its_rim(lift: float, sign: str) -> None:
    right = truth()
    picture = right.composite.copy()
    rim = (right.distance < 0) & (right.distance > -3) & (right.alpha == 0)
    picture[rim] = np.clip(np.rint(picture[rim] * lift), 0, 255).astype(np.uint8)
    scores = halo_and_seam(picture, right)
    other = {"halo_dark": "halo_bright", "halo_bright": "halo_dark"}[sign]
    assert scores[sign] > 1
    assert scores[other] < 0.3


def test_the_gate_gives_the_same_scores_twice() -> None:
    again = clean(car=case.car_pixels())
    assert again.verdict(again.delivered_anew()) == clean().verdict()


def test_encoding_and_decoding_the_master_changes_no_pixel() -> None:
    poster = clean()
    assert np.array_equal(poster.delivered()[0].pixels, poster.poster)


def test_nothing_of_the_inputs_is_written_to() -> None:
    poster = clean()
    plate, car = poster.evidence.plate.copy(), poster.evidence.car.pixels.copy()
    poster.verdict()
    assert np.array_equal(plate, poster.evidence.plate)
    assert np.array_equal(car, poster.evidence.car.pixels)

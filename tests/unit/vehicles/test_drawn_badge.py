"""A drawn outline becomes a mask: by the halves of pixels, on the car alone."""

from __future__ import annotations

import math

import numpy as np
import pytest

from shared.vehicles.intake.badge import box_of, mask_of_polygons

_ALPHA = np.full((120, 200), 255, dtype=np.uint8)


@pytest.mark.parametrize(
    ("left", "right", "columns"),
    [(10, 20, (10, 20)), (10.4, 20.6, (10, 21)), (10.6, 20.4, (11, 20))],
)
def test_a_pixel_counts_by_more_than_its_half(
    left: float, right: float, columns: tuple[int, int]
) -> None:
    mask = mask_of_polygons([[(left, 30), (right, 30), (right, 40), (left, 40)]], _ALPHA)
    assert box_of(mask) == (columns[0], 30, columns[1], 40)
    assert mask.sum() == (columns[1] - columns[0]) * 10


def test_a_circle_has_its_area_and_two_outlines_are_one_mask() -> None:
    turns = [2 * math.pi * n / 90 for n in range(90)]
    circles = [
        [(x + 20 * math.cos(turn), 60 + 20 * math.sin(turn)) for turn in turns] for x in (50, 140)
    ]
    mask = mask_of_polygons(circles, _ALPHA)
    assert mask.sum() == pytest.approx(2 * math.pi * 400, rel=0.02)


def test_what_lies_off_the_car_or_the_picture_is_left_out() -> None:
    alpha = _ALPHA.copy()
    alpha[:, :100] = 254
    mask = mask_of_polygons([[(-50, 10), (120, 10), (120, 500), (-50, 500)]], alpha)
    assert box_of(mask) == (100, 10, 120, 120)
    assert not mask_of_polygons([[(300, 300), (310, 300), (310, 310)]], alpha).any()

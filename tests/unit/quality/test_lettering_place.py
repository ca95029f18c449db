"""How lettering lies in a picture: on what, over what, in line with what."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from shared.quality.lettering import (
    misalignment,
    occlusion,
    place_scores,
    unreadability,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CALM, _BUSY = (30, 40, 270, 80), (30, 340, 270, 380)
_CAR, _MARK = (40, 400, 360, 480), (300, 20, 380, 50)


def plate() -> NDArray[np.uint8]:
    """Return a flat grey picture with a strip of coloured noise across its lower half."""
    pixels = np.full((500, 400, 3), 120, dtype=np.uint8)
    noise = np.random.default_rng(4).integers(0, 256, (10, 40, 3), dtype=np.uint8)
    pixels[300:400] = np.repeat(np.repeat(noise, 10, axis=0), 10, axis=1)
    return pixels


def test_lettering_on_what_stands_out_occludes_more_than_on_a_flat_ground() -> None:
    ground = plate()
    assert occlusion(ground, [_CALM]) < 0.1 < occlusion(ground, [_BUSY])
    assert occlusion(ground, []) == 0


def test_an_unquiet_ground_is_unreadable_and_a_scrim_helps() -> None:
    ground = plate()
    veiled = ground.copy()
    veiled[330:390] = veiled[330:390] // 4
    assert unreadability(ground, ground, [_CALM]) == 0
    busy = unreadability(ground, ground, [_BUSY])
    assert unreadability(veiled, ground, [_BUSY]) < 0.5 * busy
    assert busy > 0.02


def test_letters_themselves_are_no_unrest() -> None:
    ground = plate()
    lettered = ground.copy()
    lettered[45:75, 40:260:12] = 255
    assert unreadability(lettered, ground, [_CALM]) == 0


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        ([_CALM], 0.0),
        ([(30, 40, 270, 80), (30, 100, 150, 120)], 0.0),
        ([(30, 40, 270, 80), (120, 100, 180, 120)], 0.0),
        ([(30, 40, 270, 80), (250, 300, 390, 331)], -math.log(1 - 120 / 400)),
    ],
)
def test_lines_that_share_an_edge_or_a_middle_are_aligned(
    boxes: list[tuple[int, int, int, int]], expected: float
) -> None:
    assert misalignment(boxes, (400, 500)) == pytest.approx(expected)


def test_all_scores_are_told_and_overlay_is_the_greatest_of_the_pairs() -> None:
    ground = plate()
    apart = place_scores(ground, ground, [_CALM], _MARK, _CAR)
    assert set(apart) == {
        "lettering_occlusion",
        "lettering_unreadability",
        "lettering_overlay",
        "lettering_alignment",
    }
    assert apart["lettering_overlay"] == 0
    over = place_scores(ground, ground, [_CALM], _CALM, _CAR)
    assert over["lettering_overlay"] == 1
    without = place_scores(ground, ground, [], _MARK, _MARK)
    assert without["lettering_overlay"] == 1
    assert without["lettering_occlusion"] == without["lettering_unreadability"] == 0

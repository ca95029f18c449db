"""The blocks that keep fine steps are those of car and lettering, and one beside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from functions.store_result.fine_blocks import fine_blocks
from shared.quality.evidence import Caption
from tests.unit.quality.case import clean


def test_car_and_lettering_are_fine_and_the_rest_is_not() -> None:
    found = clean().evidence
    caption = Caption(((40, 21, 100, 43),), (255, 255, 255), (0, 0, 300, 90))
    mask = np.asarray(fine_blocks(replace(found, caption=caption)))

    assert mask.shape == found.plate.shape[:2]
    assert set(np.unique(mask)) == {0, 255}
    rows, columns = np.nonzero(found.car.pixels[..., 3])
    assert mask[rows + found.claims.y, columns + found.claims.x].all()
    x0, y0, x1, y1 = found.mark_box
    assert mask[y0:y1, x0:x1].all()
    # One block beside the lettering, whole ones, and nothing for the scrim behind it.
    assert mask[8:56, 32:112].all()
    assert not mask[:8, :120].any()
    assert not mask[8:56, 120:200].any()


def test_a_single_pixel_makes_its_block_fine() -> None:
    found = clean().evidence
    pixels = np.zeros_like(found.car.pixels)
    pixels[100, 100, 3] = 1
    alone = replace(found, car=replace(found.car, pixels=pixels), caption=None)
    mask = np.asarray(fine_blocks(alone))
    at = (found.claims.y + 100) // 8 * 8, (found.claims.x + 100) // 8 * 8
    assert mask[at[0] - 8 : at[0] + 16, at[1] - 8 : at[1] + 16].all()
    x0, y0, x1, y1 = found.mark_box
    assert int((mask > 0).sum()) <= 24 * 24 + (x1 - x0 + 32) * (y1 - y0 + 32)

"""Colour arithmetic against published data and against itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from shared.quality.colour import ciede2000, decode, encode, lab_of, lightness, luminance
from tests.unit.quality.sharma_pairs import PAIRS

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TABLE = np.array([[float(x) for x in line.split()] for line in PAIRS.split("\n") if line])


@pytest.mark.parametrize("row", _TABLE, ids=range(1, 35))
def test_ciede2000_meets_the_published_pairs_to_four_digits(row: NDArray[np.float64]) -> None:
    assert float(ciede2000(row[:3], row[3:6])) == pytest.approx(row[6], abs=5e-5)


def test_there_are_34_published_pairs() -> None:
    assert _TABLE.shape == (34, 7)


def test_ciede2000_is_symmetric_and_zero_only_between_equals() -> None:
    one, other = _TABLE[:, :3], _TABLE[:, 3:6]
    assert np.allclose(ciede2000(one, other), ciede2000(other, one), atol=1e-9)
    assert not ciede2000(one, one).any()


def test_every_code_survives_linear_light() -> None:
    codes = np.arange(256, dtype=np.uint8)
    assert np.array_equal(encode(decode(codes)), codes)


def test_the_sRGB_curve_is_the_piecewise_one() -> None:
    assert decode(np.array([10, 11, 128], np.uint8)) == pytest.approx(
        [10 / 255 / 12.92, 0.00334654, 0.21586050], abs=1e-7
    )


def test_known_colours_have_their_published_lab_values() -> None:
    codes = np.array([[255, 255, 255], [0, 0, 0], [255, 0, 0], [0, 0, 255]], np.uint8)
    expected = [[100, 0, 0], [0, 0, 0], [53.2408, 80.0925, 67.2032], [32.2970, 79.1875, -107.8602]]
    assert lab_of(codes) == pytest.approx(np.array(expected), abs=0.01)


def test_lightness_is_the_first_of_lab() -> None:
    codes = np.random.default_rng(3).integers(0, 256, (40, 3), dtype=np.uint8)
    assert lightness(codes) == pytest.approx(lab_of(codes)[:, 0], abs=1e-3)
    assert luminance(np.array([[255, 255, 255]], np.uint8)) == pytest.approx([1.0], abs=1e-6)


def test_one_code_in_one_channel_can_be_told() -> None:
    codes = np.array([[120, 30, 30], [121, 30, 30]], np.uint8)
    assert 0.05 < float(ciede2000(*lab_of(codes))) < 1.2

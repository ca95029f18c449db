"""Short distances and masks, against the plain definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from shared.quality.masks import REACH, boxed, dilated, eroded, signed_distance

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _brute(inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the distance to the nearest pixel of the other side, by looking at all of them."""
    rows, columns = np.indices(inside.shape)
    out = np.zeros(inside.shape)
    for y, x in zip(rows.ravel(), columns.ravel(), strict=True):
        ys, xs = np.nonzero(inside != inside[y, x])
        least = np.hypot(ys - y, xs - x).min() if len(ys) else np.inf
        out[y, x] = (1 if inside[y, x] else -1) * (least if least <= REACH else REACH + 1)
    return out


@pytest.mark.parametrize("seed", range(4))
def test_the_signed_distance_is_the_euclidean_one_up_to_its_reach(seed: int) -> None:
    inside = np.random.default_rng(seed).random((24, 31)) > (0.97 if seed % 2 else 0.03)
    assert signed_distance(inside) == pytest.approx(_brute(inside), abs=1e-6)


def test_a_disc_has_distances_on_both_sides() -> None:
    y, x = np.indices((41, 41)) - 20
    distance = signed_distance(np.hypot(x, y) < 12)
    assert (distance[20, 20], distance[0, 0]) == (6, -6)
    assert distance[20, 20 + 11] == 1
    assert distance[20, 20 + 12] == -1


def test_growing_and_shrinking_undo_each_other_on_a_square() -> None:
    square = np.zeros((20, 20), bool)
    square[6:14, 6:14] = True
    assert np.array_equal(eroded(dilated(square, 2), 2), square)
    assert dilated(square).sum() == 64 + 4 * 8


@pytest.mark.parametrize("reach", [1, 3, 6])
def test_a_mask_grown_by_a_square_holds_all_within_reach_rows_and_columns(reach: int) -> None:
    mask = np.random.default_rng(reach).random((20, 33)) > 0.985
    rows, columns = np.indices(mask.shape)
    expected = np.zeros_like(mask)
    for y, x in zip(*np.nonzero(mask), strict=True):
        expected |= (abs(rows - y) <= reach) & (abs(columns - x) <= reach)
    assert np.array_equal(boxed(mask, reach), expected)

"""Masks and short distances, in plain NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from shared.quality.colour import Mask, Singles

REACH = 5
_BEYOND = REACH + 1


def dilated(mask: Mask, times: int = 1) -> Mask:
    """Return the mask grown by its four neighbours, `times` over."""
    out = mask.copy()
    for _ in range(times):
        grown = out.copy()
        grown[1:] |= out[:-1]
        grown[:-1] |= out[1:]
        grown[:, 1:] |= out[:, :-1]
        grown[:, :-1] |= out[:, 1:]
        out = grown
    return out


def boxed(mask: Mask, reach: int) -> Mask:
    """Return the mask grown by a square: up to `reach` rows and columns, corners included."""
    for _ in range(2):
        out = mask.copy()
        for step in range(1, reach + 1):
            out[step:] |= mask[:-step]
            out[:-step] |= mask[step:]
        mask = out.T
    return mask


def eroded(mask: Mask, times: int = 1) -> Mask:
    """Return the mask shrunk; beyond the picture counts as inside."""
    return ~dilated(~mask, times)


def signed_distance(inside: Mask) -> Singles:
    """Return pixels to the other side, + inside and - outside, exact up to REACH.

    sd = EDT(inside) - EDT(outside), Euclidean between pixel centres; farther off it is +-6.
    """
    return np.where(inside, _distance_to(~inside), -_distance_to(inside)).astype(np.float32)


def _distance_to(target: Mask) -> Singles:
    """Return the Euclidean distance to the nearest pixel of the target: rows first, then columns.

    The least of (row distance)^2 + (column distance)^2 (Felzenszwalb and Huttenlocher's split).
    """
    along = np.where(target, 0, _BEYOND).astype(np.uint8)
    for _ in range(REACH):
        np.minimum(along[:, 1:], along[:, :-1] + np.uint8(1), out=along[:, 1:])
        np.minimum(along[:, :-1], along[:, 1:] + np.uint8(1), out=along[:, :-1])
    squares = np.square(along)
    nearest = squares.copy()
    for step in range(1, REACH + 1):
        farther = squares + np.uint8(step * step)
        np.minimum(nearest[step:], farther[:-step], out=nearest[step:])
        np.minimum(nearest[:-step], farther[step:], out=nearest[:-step])
    roots = np.sqrt(np.arange(256, dtype=np.float32))
    roots[REACH * REACH + 1 :] = _BEYOND
    distance: Singles = roots[nearest]
    return distance

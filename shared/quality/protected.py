"""Pixels that must be exactly what they are: the car's, and those of the plate beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.quality.colour import Bytes, Mask
    from shared.quality.evidence import Box
    from shared.quality.truth import Truth


def changed_pixels(picture: Bytes, truth: Truth) -> int:
    """Return N_diff = #{p : A(p) = 255 and R(p) != F8(p)} of the window [h,w,3]."""
    differs = _differs(picture, truth.car)
    return int(np.count_nonzero(differs & truth.opaque))


def stray_pixels(picture: Bytes, plate: Bytes, truth: Truth, declared: Iterable[Box]) -> int:
    """Count pixels [H,W,3] that are neither the plate's nor the car's nor in a declared box.

    Nothing else may lie on a poster: no glow round the car, no watermark, no veil.
    """
    differs = _differs(picture, plate)
    at = truth.window
    differs[at.top : at.bottom, at.left : at.right] &= truth.alpha == 0
    for x0, y0, x1, y1 in declared:
        differs[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)] = False
    return int(np.count_nonzero(differs))


def _differs(one: Bytes, other: Bytes) -> Mask:
    """Say where any of the three colours differs; plane by plane, which is quickest."""
    red, green, blue = (one[..., c] != other[..., c] for c in range(3))
    return np.asarray(red | green | blue)

"""How busy a picture is from place to place: what lettering had better not lie on.

Two measures after RALF's for layouts (occlusion: salience under the lettering; unreadability:
gradient under it), as floats at a fixed reduction: a picture's own greatest value scales nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .colour import Bytes, Floats

    Box = tuple[int, int, int, int]

_STEP = 4
_AROUND = 0.06
_SALIENCE_SHARE = 0.12


class Unrest:
    """The unrest of a picture [H,W,3], codes; asked for by boxes in its pixels."""

    def __init__(self, picture: Bytes) -> None:
        height, width = (each // _STEP for each in picture.shape[:2])
        whole = picture[: height * _STEP, : width * _STEP]
        grey = whole.reshape(height, _STEP, width, _STEP, 3).mean(axis=(1, 3, 4), dtype=np.float32)
        down, across = np.gradient(grey)
        around = _blurred(grey, max(2, round(_AROUND * min(height, width))))
        unrest = np.hypot(down, across) + _SALIENCE_SHARE * np.abs(grey - around)
        self._sums = np.pad(
            unrest.cumsum(axis=0, dtype=np.float64).cumsum(axis=1), ((1, 0), (1, 0))
        )

    def under(self, box: Box) -> float:
        x0, x1 = _span(box[0], box[2], self._sums.shape[1] - 1)
        y0, y1 = _span(box[1], box[3], self._sums.shape[0] - 1)
        total = self._sums[y1, x1] - self._sums[y0, x1] - self._sums[y1, x0] + self._sums[y0, x0]
        return float(total) / ((x1 - x0) * (y1 - y0))


def _span(start: int, end: int, most: int) -> tuple[int, int]:
    """Return at least one cell of the reduced picture, inside it."""
    first = min(max(round(start / _STEP), 0), most - 1)
    return first, min(max(round(end / _STEP), first + 1), most)


def _blurred(grey: Floats, reach: int) -> Floats:
    """Return means over squares of 2 `reach` + 1, edges repeated."""
    side = 2 * reach + 1
    padded = np.pad(grey, reach + 1, mode="edge")[:-1, :-1].astype(np.float64)
    sums = padded.cumsum(axis=0).cumsum(axis=1)
    found = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return np.asarray(found / side**2, dtype=np.float32)

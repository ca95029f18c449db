"""The ground of a caption: which ink stands on it, and how much of a filter it needs.

Ink and ground must differ by 4.5 to 1 at least (WCAG 2.2, 1.4.3). Where the picture does not give
that, its part behind the caption is darkened or lightened like under a graduated filter: as little
as will do, over the whole width since a filter that ends beside the lines is seen, and never over
the car.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .colour import Bytes, Floats, decode, encode, luminance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .typefaces import Ink, Setting

    Box = tuple[int, int, int, int]

CONTRAST = 4.5
_VEIL = 0.92
# On middle tones dark letters look weaker than the formula says: their price, in codes of scrim.
_DARK_INK_COST, _MIDDLE_TONE, _MIDDLE_COST = 9.0, 0.40, 150.0
_FALL = 0.17
# How far a scrim ends above the car, and below it.
_ABOVE, _BELOW = 0.05, 0.01
_LEVELS = 1023


@dataclass(frozen=True)
class Look:
    """An ink, and the scrim it needs: 0 = none, towards `_VEIL` or black.

    `region` is the part of the picture in `box` under the scrim.
    """

    ink: Ink
    scrim: float
    box: Box
    region: Bytes
    contrast: float
    cost: float


@dataclass(frozen=True)
class Filter:
    """A scrim's strength in `box`: `down` [h] by row times `along` [w] by column."""

    box: Box
    down: Floats
    along: Floats

    def curves(self) -> tuple[Floats, NDArray[np.intp]]:
        """Return the strengths that occur [n], and which of them holds for each pixel [h,w or 1].

        One tone curve for each strength is a tenth of the work of computing every pixel.
        """
        if self.along.min(initial=1) == 1:
            return self.down, np.arange(len(self.down))[:, None]
        levels = np.rint(self.down[:, None] * self.along[None, :] * _LEVELS).astype(np.intp)
        return np.linspace(0, 1, _LEVELS + 1, dtype=np.float32), levels


def best_look(
    picture: Bytes, lines: Sequence[Box], keep_clear: Sequence[Box], setting: Setting
) -> Look:
    """Return the ink that reads with the least change to the picture [H,W,3] round the lines."""
    graduated = _filter((picture.shape[1], picture.shape[0]), lines, keep_clear)
    x0, y0, x1, y1 = graduated.box
    part = picture[y0:y1, x0:x1]
    shifted = [(a - x0, b - y0, c - x0, d - y0) for a, b, c, d in lines]
    looks = [
        _look(part, graduated, shifted, ink, setting.least) for ink in (setting.light, setting.dark)
    ]
    return min(looks, key=lambda each: (each.contrast < CONTRAST, each.cost))


def _look(part: Bytes, graduated: Filter, lines: Sequence[Box], ink: Ink, aim: float) -> Look:
    """Return the weakest scrim under which an ink keeps the contrast aimed at."""
    level = float(luminance(decode(np.array(ink, dtype=np.uint8))))
    spots = np.concatenate([_spots(part, line) for line in lines])
    strengths, which = graduated.curves()
    share = strengths[:, None]
    every_code = decode(np.arange(256, dtype=np.uint8))[None, :]
    dark_ink = level < 0.2
    if dark_ink:
        least = (level + 0.05) * aim - 0.05
        short = float(spots.min())
        scrim = (least - short) / (_VEIL - short) if short < least else 0.0
        curves = encode(every_code + scrim * share * (_VEIL - every_code))
    else:
        most = (level + 0.05) / aim - 0.05
        scrim = max(1 - most / max(float(spots.max()), most), 0.0)
        curves = encode(every_code * (1 - scrim * share))
    region = curves[which[..., None], part]
    cost = float(np.abs(region[::4, ::4].astype(int) - part[::4, ::4]).mean())
    if dark_ink:
        cost += _DARK_INK_COST + _MIDDLE_COST * max(0.0, _MIDDLE_TONE - float(np.median(spots)))
    spots = np.concatenate([_spots(region, line) for line in lines])
    return Look(ink, scrim, graduated.box, region, _contrast(spots, level), cost)


def _spots(part: Bytes, box: Box) -> NDArray[Any]:
    """Return the darkest and the lightest ground [n] that an eye finds beside a line's strokes.

    Cell by cell along the line, a cell as wide as the line is high: the 1st and the 99th
    percentile of luminance over and around the letters.
    """
    x0, y0, x1, y1 = box
    side = y1 - y0
    around = max(2, side // 8)
    ground = luminance(
        decode(part[max(y0 - around, 0) : y1 + around, max(x0 - around, 0) : x1 + around])
    )
    cells = np.array_split(ground, max(1, round((x1 - x0) / side)), axis=1)
    return np.concatenate([np.percentile(cell, (1, 99)) for cell in cells])


def _contrast(ground: NDArray[Any], level: float) -> float:
    """Return the worst contrast (WCAG 2.2: (lighter + 0.05) / (darker + 0.05))."""
    ratio: NDArray[Any] = (np.maximum(ground, level) + 0.05) / (np.minimum(ground, level) + 0.05)
    return float(ratio.min())


def _filter(size: tuple[int, int], lines: Sequence[Box], keep_clear: Sequence[Box]) -> Filter:
    """Return where the scrim of some lines lies, and how strong it is there.

    From the nearer of the upper and the lower edge to the lines, then smoothly to none, before the
    car; so too along the lines, toward a car beside them.
    """
    width, height = size
    x0, y0, x1, y1 = _around(lines)
    fall = round(_FALL * height)
    if y0 + y1 <= height:
        ends = [max(box[1] - round(_ABOVE * height), y1) for box in keep_clear if box[1] > y1]
        start, end = 0, min([y1 + fall, height, *ends])
        down = _fall(np.arange(start, end), y1, end)
    else:
        ends = [min(box[3] + round(_BELOW * height), y0) for box in keep_clear if box[3] < y0]
        start, end = max([y0 - fall, 0, *ends]), height
        down = _fall(-np.arange(start, end), -y0, -start)
    beside = [box for box in keep_clear if box[1] < end and box[3] > start]
    left = max([0, *(box[2] for box in beside if box[2] <= x0)])
    right = min([width, *(box[0] for box in beside if box[0] >= x1)])
    along = np.ones(right - left, dtype=np.float32)
    across = np.arange(left, right)
    if left > 0:
        along *= _fall(-across, -x0, -left)
    if right < width:
        along *= _fall(across, x1, right)
    return Filter((left, start, right, end), down, along)


def _fall(at: NDArray[Any], whole: int, none: int) -> Floats:
    """Return a strength: all up to `whole`, then smoothly to nothing at `none`."""
    share = (at - whole) / max(none - whole, 1)
    t = np.clip(1 - share, 0.0, 1.0)
    return (t**3 * (t * (6 * t - 15) + 10)).astype(np.float32)


def _around(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)

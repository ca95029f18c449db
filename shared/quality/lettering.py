"""Lettering in the picture: can it be read, is it large enough, does it keep clear of the car."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from shared.quality.colour import luminance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shared.quality.colour import Bytes, Mask, Singles
    from shared.quality.evidence import Box

MARK_INK = (255, 255, 255)
_INK_REACH, _HALF_INK = 40, 100
_MOST_INK = 0.72
_FITS, _LEAST_SPREAD = 8, 1e-7
_CLEARANCE = 0.05
_MARK_INSET = 8


def contrast(
    picture: Bytes, plate: Bytes, boxes: Iterable[Box], ink: tuple[int, int, int]
) -> float:
    """Return the worst contrast of the ink against its ground, as WCAG 2 defines it.

    (L1 + .05) / (L2 + .05), L relative luminance, cell by cell (a cell is as wide as the box is
    high), against the twentieth of the ground that is nearest to the ink. The ground under and
    between the letters is the plate seen through whatever scrim was laid: L = a + b L_plate, a and
    b fitted to the better half of the box's pixels (least trimmed squares, Rousseeuw 1984), which
    letters are not. 1.0 where a box holds no ink.
    """
    worst = [_box_contrast(_cut(picture, box), _cut(plate, box), ink) for box in boxes]
    return min(worst, default=1.0)


def overlap(boxes: Iterable[Box], car_box: Box, badge: Box) -> int:
    """Return how many pixels of the boxes lie over the car's box + 5 % or over the badge."""
    margin = round(_CLEARANCE * max(car_box[2] - car_box[0], car_box[3] - car_box[1]))
    kept = (car_box[0] - margin, car_box[1] - margin, car_box[2] + margin, car_box[3] + margin)
    return sum(shared_pixels(box, kept) + shared_pixels(box, badge) for box in boxes)


def shared_pixels(one: Box, other: Box) -> int:
    """Return the area that two boxes have in common."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0, width) * max(0, height)


def mark_share(picture: Bytes, box: Box) -> float:
    """Return the height of the mark's letters / the picture's shorter side, as seen in the box.

    The visible label of generated pictures is at least 5 % of the shorter side (GB 45438-2025).
    0 when the box holds no light letters on a darker ground.
    """
    inset = (box[3] - box[1]) // _MARK_INSET
    inner = _cut(picture, (box[0] + inset, box[1] + inset, box[2] - inset, box[3] - inset))
    if not inner.size:
        return 0.0
    # Half and more covered by a letter: where its outline runs.
    ink = _near(inner, MARK_INK, _HALF_INK)
    rows = np.flatnonzero(ink.any(axis=1))
    if not len(rows) or ink.mean() > _MOST_INK:
        return 0.0
    return float(rows[-1] - rows[0] + 1) / min(picture.shape[:2])


def _cut(picture: Bytes, box: Box) -> Bytes:
    return picture[max(box[1], 0) : max(box[3], 0), max(box[0], 0) : max(box[2], 0)]


def _box_contrast(part: Bytes, plate: Bytes, ink: tuple[int, int, int]) -> float:
    letters = _near(part, ink)
    if not letters.any() or letters.mean() > _MOST_INK:
        return 1.0
    shine = luminance(part)
    inked = float(np.median(shine[letters]))
    ground = _ground(shine, luminance(plate))
    return min(_against(inked, ground[:, at]) for at in _cells(part))


def _ground(shine: Singles, plate: Singles) -> Singles:
    """Return the luminance of the ground: the plate under the map that fits most of the box."""
    seen, under = shine.ravel().astype(np.float64), plate.ravel().astype(np.float64)
    kept = np.ones(seen.shape, dtype=bool)
    offset, slope = 0.0, 1.0
    for _ in range(_FITS):
        x, y = under[kept], seen[kept]
        spread = float(x.var())
        covariance = float(((x - x.mean()) * (y - y.mean())).mean())
        slope = min(max(covariance / spread, 0.0), 1.0) if spread > _LEAST_SPREAD else 1.0
        offset = float(np.median(y - slope * x))
        missed = np.abs(seen - offset - slope * under)
        better = missed <= np.median(missed)
        if np.array_equal(better, kept):
            break
        kept = better
    return np.asarray(offset + slope * plate, dtype=np.float32)


def _cells(part: Bytes) -> Iterator[slice]:
    height, width = part.shape[:2]
    count = max(1, round(width / height))
    edges = np.linspace(0, width, count + 1).round().astype(int)
    return (slice(a, b) for a, b in pairwise(edges))


def _against(inked: float, ground: Singles) -> float:
    dark, middle, light = np.percentile(ground, (5, 50, 95))
    nearest = float(light if inked > middle else dark)
    high, low = max(inked, nearest), min(inked, nearest)
    return (high + 0.05) / (max(low, 0.0) + 0.05)


def _near(part: Bytes, ink: tuple[int, int, int], reach: int = _INK_REACH) -> Mask:
    difference = np.abs(part.astype(np.int16) - np.array(ink, dtype=np.int16))
    return np.asarray(difference.max(axis=-1) <= reach)

"""Lettering in the picture: can it be read, is it large enough, does it keep clear of the car.

The scores of how it lies in the picture are made after RALF (Horita et al., CVPR 2024), its layout
metrics occlusion, unreadability, overlay and alignment; as floats at a fixed size and scale, where
its forerunner's 8-bit ones wrap, so published figures do not compare. They fail no poster.
"""

from __future__ import annotations

import math
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np

from shared.quality.colour import Bytes, Floats, Mask, Singles, lab_of, luminance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from shared.quality.evidence import Box

MARK_INK = (255, 255, 255)
MARK_INKS = (MARK_INK, (24, 26, 32))
_INK_REACH, _HALF_INK = 40, 100
_MOST_INK = 0.72
_FITS, _LEAST_SPREAD = 8, 1e-7
_CLEARANCE = 0.05
_MARK_INSET = 6
_AROUND = 0.12
_WORKING_SIDE, _A_PAIR = 288, 2


def contrast(
    picture: Bytes, plate: Bytes, boxes: Iterable[Box], ink: tuple[int, int, int]
) -> float:
    """Return the worst contrast of the ink against its ground, as WCAG 2 defines it.

    (L1 + .05) / (L2 + .05), L relative luminance, cell by cell (a cell is as wide as the box is
    high), against the twentieth of the ground that is nearest to the ink. The ground under and
    between the letters is the plate seen through whatever scrim was laid: L = a + b L_plate, a and
    b fitted to the better half of the pixels in the box and a little round it (least trimmed
    squares, Rousseeuw 1984), which letters are not. 1.0 where a box holds no ink.
    """
    return min((_box_contrast(picture, plate, box, ink) for box in boxes), default=1.0)


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


def mark_ink(picture: Bytes, plate: Bytes, box: Box) -> tuple[int, int, int]:
    """Return in which of the mark's two inks its letters are seen."""
    return max(MARK_INKS, key=lambda ink: _mark_contrast(picture, plate, box, ink))


def mark_contrast(picture: Bytes, plate: Bytes, box: Box) -> float:
    """Return the worst contrast of the mark, its box without the edge, where toning fades."""
    return max(_mark_contrast(picture, plate, box, ink) for ink in MARK_INKS)


def _mark_contrast(picture: Bytes, plate: Bytes, box: Box, ink: tuple[int, int, int]) -> float:
    return _box_contrast(picture, plate, _inner(box), ink, around=0.0)


def mark_share(picture: Bytes, box: Box, ink: tuple[int, int, int]) -> float:
    """Return the height of the mark's letters / the picture's shorter side, as seen in the box.

    The visible label of generated pictures is at least 5 % of the shorter side (GB 45438-2025).
    0 when the box holds no letters of this ink on another ground.
    """
    inner = _cut(picture, _inner(box))
    if not inner.size:
        return 0.0
    # Half and more covered by a letter: where its outline runs.
    inked = _near(inner, ink, _HALF_INK)
    rows = np.flatnonzero(inked.any(axis=1))
    if not len(rows) or inked.mean() > _MOST_INK:
        return 0.0
    return float(rows[-1] - rows[0] + 1) / min(picture.shape[:2])


def place_scores(
    picture: Bytes, plate: Bytes, lines: Sequence[Box], mark: Box, car: Box
) -> dict[str, float]:
    """Return how lettering lies in the picture: four scores, 0 is best.

    `lettering_occlusion`: `occlusion`; `lettering_unreadability`: `unreadability`;
    `lettering_overlay`: greatest intersection over union of two among block of lines, mark, car;
    `lettering_alignment`: `misalignment` of lines and mark. Boxes in pixels.
    """
    blocks = [*([around(lines)] if lines else []), mark, car]
    return {
        "lettering_occlusion": occlusion(plate, lines),
        "lettering_unreadability": unreadability(picture, plate, lines),
        "lettering_overlay": max(_common_share(a, b) for a, b in combinations(blocks, 2)),
        "lettering_alignment": misalignment([*lines, mark], (plate.shape[1], plate.shape[0])),
    }


def occlusion(plate: Bytes, boxes: Sequence[Box]) -> float:
    """Return the mean salience of what the boxes lie over; 0 without boxes.

    Salience is the distance in CIELAB, in hundreds, from the mean of the whole picture (Achanta et
    al., CVPR 2009), of about 288 pixels along the shorter side.
    """
    if not boxes:
        return 0.0
    step = _step(plate)
    colours = lab_of(plate[::step, ::step])
    salience = np.linalg.norm(colours - colours.mean(axis=(0, 1)), axis=-1) / 100
    return _mean_under(salience, boxes, step)


def unreadability(picture: Bytes, plate: Bytes, boxes: Sequence[Box]) -> float:
    """Return the mean gradient of lightness (L*/100 a pixel of the reduced picture) under lines.

    Of the ground as it is seen through the scrim, without the letters; 0 without boxes.
    """
    step, found, area = _step(plate), 0.0, 0
    for box in boxes:
        ground = _seen_ground(picture, plate, box, _AROUND)
        light = np.cbrt(_reduced(np.clip(ground, 0, 1), step)) * 1.16
        if min(light.shape) > 1:
            down, across = np.gradient(light)
            found += float(np.hypot(down, across).sum())
            area += light.size
    return found / area if area else 0.0


def misalignment(boxes: Sequence[Box], canvas: tuple[int, int]) -> float:
    """Return how far boxes are from sharing an edge or a middle with another: mean of -ln(1 - d).

    d: the least distance, in shares of the canvas (width, height), over left, middle and right,
    and over top, middle and bottom; 0 for fewer than two boxes.
    """
    if len(boxes) < _A_PAIR:
        return 0.0
    shares = [np.divide(each, (*canvas, *canvas)) for each in boxes]
    edges = [(*each, (each[0] + each[2]) / 2, (each[1] + each[3]) / 2) for each in shares]
    least = [
        min(
            abs(mine - theirs)
            for other, those in enumerate(edges)
            if other != number
            for mine, theirs in zip(these, those, strict=True)
        )
        for number, these in enumerate(edges)
    ]
    return sum(-math.log(1 - min(float(each), 0.999)) for each in least) / len(least)


def _common_share(one: Box, other: Box) -> float:
    common = shared_pixels(one, other)
    areas = sum(shared_pixels(each, each) for each in (one, other)) - common
    return common / areas if areas else 0.0


def around(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _step(picture: Bytes) -> int:
    return max(1, round(min(picture.shape[:2]) / _WORKING_SIDE))


def _reduced(ground: Singles, step: int) -> Floats:
    """Return means of squares of `step` pixels."""
    rows, columns = (each // step for each in ground.shape)
    whole = ground[: rows * step, : columns * step]
    squares = whole.reshape(rows, step, columns, step)
    return np.asarray(squares.mean(axis=(1, 3), dtype=np.float64))


def _mean_under(values: Floats, boxes: Sequence[Box], step: int) -> float:
    total, area = 0.0, 0
    for box in boxes:
        x0, y0, x1, y1 = (round(each / step) for each in box)
        part = values[max(y0, 0) : max(y1, y0 + 1, 1), max(x0, 0) : max(x1, x0 + 1, 1)]
        total, area = total + float(part.sum()), area + part.size
    return total / area if area else 0.0


def _inner(box: Box) -> Box:
    inset = (box[3] - box[1]) // _MARK_INSET
    return (box[0] + inset, box[1] + inset, box[2] - inset, box[3] - inset)


def _cut(picture: Bytes, box: Box) -> Bytes:
    return picture[max(box[1], 0) : max(box[3], 0), max(box[0], 0) : max(box[2], 0)]


def _box_contrast(
    picture: Bytes, plate: Bytes, box: Box, ink: tuple[int, int, int], around: float = _AROUND
) -> float:
    part = _cut(picture, box)
    letters = _near(part, ink)
    if not letters.any() or letters.mean() > _MOST_INK:
        return 1.0
    inked = float(np.median(luminance(part)[letters]))
    ground = _seen_ground(picture, plate, box, around)
    return min(_against(inked, ground[:, at]) for at in _cells(part))


def _seen_ground(picture: Bytes, plate: Bytes, box: Box, around: float) -> Singles:
    """Return the luminance of a box's ground, without letters, under whatever scrim was laid."""
    more = round(around * (box[3] - box[1]))
    grown = (max(box[0] - more, 0), max(box[1] - more, 0), box[2] + more, box[3] + more)
    ground = _ground(luminance(_cut(picture, grown)), luminance(_cut(plate, grown)))
    x, y = max(box[0], 0) - grown[0], max(box[1], 0) - grown[1]
    return ground[y : y + max(box[3], 0) - max(box[1], 0), x : x + max(box[2], 0) - max(box[0], 0)]


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

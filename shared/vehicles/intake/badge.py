"""The badge's region: from a mask, from a box, or proposed from where a front carries it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PIL import Image, ImageDraw

from shared.vehicles.intake.findings import Finding, fault, note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from shared.vehicles.intake.edges import Bytes, Flags
    from shared.vehicles.intake.geometry import Outline, Tyres
    from shared.vehicles.sidecar import Point

Box: TypeAlias = tuple[int, int, int, int]
Floats64: TypeAlias = "NDArray[np.float64]"
# A drawn outline is filled so many times finer, unless its box is larger than this.
_FINE, _FINE_PIXELS = 8, 500_000
_LOOK_PX, _WIDTH, _HEIGHT = 320, 0.055, 0.075
# At the widest placed size: narrower than this no badge can be told; below 48 px no JPEG is made.
_PLACED, _LEAST_PX, _SMALL_PX = 960, 12, 48


def box_of(mask: Flags) -> Box:
    """Return left, top, right, bottom of what is set (the latter two beyond it)."""
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    return (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def mask_of_box(box: Box, alpha: Bytes) -> Flags:
    """Return the opaque pixels within a box."""
    inside = np.zeros(alpha.shape, dtype=bool)
    x0, y0, x1, y1 = (max(0, each) for each in box)
    inside[y0:y1, x0:x1] = True
    chosen: Flags = inside & (alpha == 255)
    return chosen


def mask_of_polygons(polygons: Sequence[Sequence[Point]], alpha: Bytes) -> Flags:
    """Return the pixels of the car more than half of which lies in one of the polygons."""
    inside = np.zeros(alpha.shape, dtype=bool)
    height, width = alpha.shape
    for polygon in polygons:
        columns, rows = zip(*polygon, strict=True)
        x0, x1 = (min(max(round(each), 0), width) for each in (min(columns) - 1, max(columns) + 1))
        y0, y1 = (min(max(round(each), 0), height) for each in (min(rows) - 1, max(rows) + 1))
        if x0 == x1 or y0 == y1:
            continue
        fine = _FINE if (x1 - x0) * (y1 - y0) <= _FINE_PIXELS else 1
        sheet = Image.new("L", (fine * (x1 - x0), fine * (y1 - y0)))
        # Pillow counts from the middle of a pixel, a picture's measures from its corner.
        corners = [(fine * (x - x0) - 0.5, fine * (y - y0) - 0.5) for x, y in polygon]
        ImageDraw.Draw(sheet).polygon(corners, fill=255)
        small = sheet.resize((x1 - x0, y1 - y0), Image.Resampling.BOX)
        inside[y0:y1, x0:x1] |= np.asarray(small) > 128
    chosen: Flags = inside & (alpha == 255)
    return chosen


def check_badge(mask: Flags, alpha: Bytes) -> list[Finding]:
    """Hold a badge's region against the car."""
    size = int(mask.sum())
    if not size:
        return [fault("badge_empty", "the badge mask is empty; paint the badge white on black")]
    found: list[Finding] = []
    on_paint = float((mask & (alpha == 255)).sum()) / size
    if on_paint < 0.9:
        words = "the badge mask does not lie on the car; is it of this render, and of its size"
        found.append(fault("badge_off", f"{words}?", share_on_car=round(on_paint, 3)))
    share = size / max(1, int((alpha == 255).sum()))
    if share > 0.1:
        words = "the badge mask covers more than a tenth of the car; paint the badge alone white"
        found.append(fault("badge_large", words, share_of_car=round(share, 4)))
    x0, _, x1, _ = box_of(mask)
    placed = (x1 - x0) * min(1.0, _PLACED / alpha.shape[1])
    if placed < _LEAST_PX:
        words = f"the badge is {placed:.0f} px wide on a poster, {_LEAST_PX} are the least"
        words += "; render the car from nearer the front"
        found.append(fault("badge_tiny", words, px_on_poster=round(placed, 1)))
    elif placed < _SMALL_PX:
        words = f"the badge is {placed:.0f} px wide on a poster; such posters are never JPEGs"
        found.append(note("badge_small", words, px_on_poster=round(placed, 1)))
    return found


def proposed_badge(rgba: Bytes, outline: Outline, contacts: Tyres) -> Box:
    """Guess the box: the busiest, most unlike-coloured spot between the front tyres."""
    alpha = rgba[..., 3]
    scale = min(1.0, _LOOK_PX / alpha.shape[1])
    size = (max(8, round(alpha.shape[1] * scale)), max(8, round(alpha.shape[0] * scale)))
    small = Image.fromarray(np.ascontiguousarray(rgba[..., :3])).resize(size, Image.Resampling.BOX)
    opaque = Image.fromarray(alpha).resize(size, Image.Resampling.BOX)
    busy = _detail(np.asarray(small, dtype=np.float64), np.asarray(opaque) == 255)
    wide, high = max(3, round(_WIDTH * size[0])), max(3, round(_HEIGHT * size[0]))
    sums = _window_sums(busy, wide, high)
    first, last = sorted(x * scale for x, _ in contacts[1:3])
    spare = 0.05 * size[0]
    rows = np.arange(sums.shape[0])[:, None] + high / 2
    columns = np.arange(sums.shape[1])[None, :] + wide / 2
    height = (rows / scale - outline.roof) / outline.height
    fits = (columns >= first - spare) & (columns <= last + spare) & (height > 0.35) & (height < 0.7)
    y, x = np.unravel_index(int(np.where(fits, sums, -1.0).argmax()), sums.shape)
    box = (x / scale, y / scale, (x + wide) / scale, (y + high) / scale)
    x0, y0, x1, y1 = (round(float(each)) for each in box)
    return (x0, y0, min(x1, alpha.shape[1]), min(y1, alpha.shape[0]))


def _detail(colour: Floats64, opaque: Flags) -> Floats64:
    """Return steps of light, weighted by how far the hue is from the paint's."""
    light = colour.mean(axis=2)
    across = np.abs(np.diff(light, axis=1, prepend=light[:, :1]))
    down = np.abs(np.diff(light, axis=0, prepend=light[:1]))
    hue = colour - light[..., None]
    paint = np.median(hue[opaque], axis=0) if opaque.any() else np.zeros(3)
    unlike = np.abs(hue - paint).sum(axis=2)
    return np.where(opaque, np.sqrt(across + down) * (8.0 + unlike), 0.0)


def _window_sums(plane: Floats64, wide: int, high: int) -> Floats64:
    total = np.pad(plane, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    sums: Floats64 = (
        total[high:, wide:] - total[:-high, wide:] - total[high:, :-wide] + total[:-high, :-wide]
    )
    return sums

"""The size to order of a model, for a picture of another size that is scaled once."""

from __future__ import annotations

import math
from dataclasses import dataclass

# How far the ordered shape may be off the wanted one.
_MOST_OFF = 0.0025
# Models paint in blocks; the sizes that documents recommend are multiples of 16.
_BLOCK = 16


@dataclass(frozen=True)
class Limits:
    """Least and most pixels in all, of a side, and of width to height; None: no limit."""

    pixels: tuple[int, int] | None = None
    side: tuple[int, int] | None = None
    ratio: tuple[float, float] | None = None

    def allow(self, width: int, height: int) -> bool:
        """Say whether a picture of this size may be ordered."""
        within = [_within(width * height, self.pixels), _within(width / height, self.ratio)]
        return all([*within, _within(width, self.side), _within(height, self.side)])


def fitted(width: int, height: int, limits: Limits) -> tuple[int, int]:
    """Return the size to order: this one, or the nearest of the same shape that is allowed.

    In whole blocks of the very same shape if there is such a size, else in pixels of that shape,
    else of a shape to 0.25 %. ValueError when the model paints no such shape.
    """
    if limits.allow(width, height):
        return width, height
    common = math.gcd(width, height)
    unit = width // common, height // common
    for step in (_BLOCK * unit[0], unit[0], 1):
        widths = range(step, _widest(limits, unit) + 1, step)
        if found := _nearest(width, widths, unit, limits):
            return found
    raise ValueError(f"no size of the shape {width}x{height} is within the model's limits")


def _nearest(
    wanted: int, widths: range, unit: tuple[int, int], limits: Limits
) -> tuple[int, int] | None:
    """Return the allowed size whose width is nearest to the wanted one."""
    sizes = ((each, round(each * unit[1] / unit[0])) for each in widths)
    allowed = [
        size for size in sizes if size[1] and _same_shape(size, unit) and limits.allow(*size)
    ]
    return min(allowed, key=lambda size: abs(size[0] - wanted), default=None)


def _same_shape(size: tuple[int, int], unit: tuple[int, int]) -> bool:
    return abs(size[0] * unit[1] / (size[1] * unit[0]) - 1) <= _MOST_OFF


def _widest(limits: Limits, unit: tuple[int, int]) -> int:
    by_pixels = math.isqrt(limits.pixels[1] * unit[0] // unit[1]) + 1 if limits.pixels else 0
    return max(by_pixels, limits.side[1] if limits.side else 0)


def _within(value: float, bounds: tuple[float, float] | None) -> bool:
    return bounds is None or bounds[0] <= value <= bounds[1]

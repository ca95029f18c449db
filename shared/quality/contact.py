"""Does the car stand on the ground: light under its tyres against the same ground in the open."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from shared.quality.colour import Bytes, Mask, Places, luminance
from shared.quality.geometry import placed

if TYPE_CHECKING:
    from shared.quality.evidence import Car, Claims, Point

_SEMI_ALONG, _SEMI_DOWN = 0.07, 0.02
_LEAST_PIXELS = 6
_LEAST_SHARE = 0.15
_OPEN_AT = 0.5


def contact_ratios(picture: Bytes, bare: Bytes, car: Car, claims: Claims) -> dict[str, float]:
    """Return contact_low and contact_high over the visible tyres, and contact_open.

    Of each tyre: median of Y(R) / Y(B0) in the ellipse of semi-axes .07 L x .02 L at its contact,
    along the car's side, where A = 0; L: wheelbase as seen. A tyre whose ellipse the car hides is
    left out; with no tyre left the result is empty. contact_open: the highest median 0.5 L away
    from the car's centre, where the ground must be lit again.
    """
    feet = [placed(car, claims, each) for each in car.contacts]
    middle = (sum(x for x, _ in feet) / 4, sum(y for _, y in feet) / 4)
    length = math.dist(feet[0], feet[1])
    slant = (feet[0][1] - feet[1][1]) / ((feet[0][0] - feet[1][0]) or 1.0)
    spot = _Spot(picture, bare, car, claims, length, slant)
    under = [ratio for ratio in map(spot.median, feet) if ratio is not None]
    if not under:
        return {}
    beyond = [_away(foot, middle, _OPEN_AT * length) for foot in feet]
    far = [ratio for ratio in map(spot.median, beyond) if ratio is not None]
    found = {"contact_low": min(under), "contact_high": max(under)}
    return {**found, "contact_open": max(far)} if far else found


def _away(point: Point, centre: Point, by: float) -> Point:
    span = math.dist(point, centre) or 1.0
    share = by / span
    return (point[0] + share * (point[0] - centre[0]), point[1] + share * (point[1] - centre[1]))


class _Spot:
    """Measures one elliptical patch of ground at a time."""

    def __init__(
        self, picture: Bytes, bare: Bytes, car: Car, claims: Claims, length: float, slant: float
    ) -> None:
        self._picture, self._bare, self._car, self._claims = picture, bare, car, claims
        self._along = max(1.5, _SEMI_ALONG * length)
        self._down = max(1.5, _SEMI_DOWN * length)
        self._slant = slant

    def median(self, at: Point) -> float | None:
        """Return the median ratio of free ground in the ellipse; None when too little is seen."""
        rows, columns = self._ellipse(at)
        free = self._free(rows, columns)
        if free.sum() < max(_LEAST_PIXELS, _LEAST_SHARE * math.pi * self._along * self._down):
            return None
        rows, columns = rows[free], columns[free]
        shown = luminance(self._picture[rows, columns]).astype(np.float64)
        # A black ground has no light to lose; one code is the least that can be told apart.
        open_ground = np.maximum(luminance(self._bare[rows, columns]), 1 / (12.92 * 255))
        return float(np.median(shown / open_ground))

    def _ellipse(self, at: Point) -> tuple[Places, Places]:
        reach = self._down + abs(self._slant) * self._along
        rows, columns = np.meshgrid(
            np.arange(math.floor(at[1] - reach), math.ceil(at[1] + reach) + 1),
            np.arange(math.floor(at[0] - self._along), math.ceil(at[0] + self._along) + 1),
            indexing="ij",
        )
        x, y = columns - at[0], rows - at[1]
        inside = (x / self._along) ** 2 + ((y - self._slant * x) / self._down) ** 2 <= 1
        height, width = self._bare.shape[:2]
        inside &= (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        return rows[inside], columns[inside]

    def _free(self, rows: Places, columns: Places) -> Mask:
        alpha = self._car.pixels[..., 3]
        y, x = rows - self._claims.y, columns - self._claims.x
        within = (y >= 0) & (y < alpha.shape[0]) & (x >= 0) & (x < alpha.shape[1])
        covered = np.zeros(rows.shape, dtype=bool)
        covered[within] = alpha[y[within], x[within]] > 0
        return ~covered

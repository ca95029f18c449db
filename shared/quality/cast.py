"""To which side the poster's cast shadow falls: the ground with it against the ground before it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from shared.quality.colour import Bytes, Mask, luminance
from shared.quality.geometry import grown, placed, polygon_mask, tight_box
from shared.quality.scene import Estimate

if TYPE_CHECKING:
    from shared.quality.car_view import CarView
    from shared.quality.evidence import Car, Claims, Point
    from shared.vehicles.sidecar import Light

_STEP = 4
_UNDER = 1.35
_ROOF = 0.8
_NEAREST = 0.3
_LOWEST_SUN = 8.0
_PLAIN_LOSS, _ENOUGH = 0.06, 0.01


def shadow_side(
    plate: Bytes, bare: Bytes, car: Car, claims: Claims, view: CarView, light: Light
) -> Estimate:
    """Return where the shadow lies, -1 left to 1 right: where a sun on each side would cast it.

    The foot of the car, carried by its height / tan(elevation) away from the sun, and the same
    for the sun mirrored to the other side, are two regions of the ground; where they differ, and
    neither car nor its own foot lies, the light lost 1 - Y(B') / Y(B0) is compared:
    (l_right - l_left) / max(l_right + l_left, 6 %). Confidence falls where too little of both is
    seen, below 1 % of the squared length of the foot, or hardly any light is lost.
    """
    feet = [placed(car, claims, each) for each in car.contacts]
    foot = max(x for x, _ in feet) - min(x for x, _ in feet)
    size = (-(-plate.shape[1] // _STEP), -(-plate.shape[0] // _STEP))
    free = _free(car, claims, size) & ~_filled(grown(feet, _UNDER), size)
    ground = _Ground(claims, view.focal * car.scale)
    height = _ROOF * (claims.contact_y - tight_box(car, claims)[1])
    height /= max(claims.contact_y - claims.horizon_y, 1.0)
    reach = height / math.tan(math.radians(max(light.elevation_deg, _LOWEST_SUN)))
    turn = math.radians(light.azimuth_deg)
    aside, ahead = abs(math.sin(turn)) * reach, -math.cos(turn) * reach
    right, left = (
        _filled(_hull([*feet, *(ground.moved(each, way * aside, ahead) for each in feet)]), size)
        for way in (1, -1)
    )
    only_right, only_left = right & ~left & free, left & ~right & free
    seen = min(int(only_right.sum()), int(only_left.sum())) * _STEP**2 / max(foot, 1.0) ** 2
    if seen == 0:
        return Estimate(0.0, 0.0)
    with_it, before = (luminance(each[::_STEP, ::_STEP]) for each in (plate, bare))
    lost = np.clip(1 - with_it / np.maximum(before, 1 / (12.92 * 255)), 0, 1)
    at_right, at_left = float(lost[only_right].mean()), float(lost[only_left].mean())
    total = at_right + at_left
    clear = min(1.0, seen / _ENOUGH) * min(1.0, total / _PLAIN_LOSS)
    return Estimate((at_right - at_left) / max(total, _PLAIN_LOSS), clear)


class _Ground:
    """The ground plane in heights of the eye, seen by a level camera above the picture's middle."""

    def __init__(self, claims: Claims, focal: float) -> None:
        self._middle, self._horizon, self._focal = claims.canvas[0] / 2, claims.horizon_y, focal

    def moved(self, point: Point, right: float, ahead: float) -> Point:
        """Return where a point of the ground comes to lie, that many heights of the eye on."""
        drop = max(point[1] - self._horizon, 1.0)
        across, far = (point[0] - self._middle) / drop + right, self._focal / drop + ahead
        drop = self._focal / max(far, _NEAREST * self._focal / drop)
        return (self._middle + across * drop, self._horizon + drop)


def _filled(corners: list[Point], size: tuple[int, int]) -> Mask:
    return polygon_mask([(x / _STEP, y / _STEP) for x, y in corners], size)


def _hull(points: list[Point]) -> list[Point]:
    """Return the convex hull (Andrew's monotone chain)."""
    ordered = sorted(points)
    sides: list[list[Point]] = []
    for run in (ordered, ordered[::-1]):
        chain: list[Point] = []
        for x, y in run:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], (x, y)) <= 0:
                chain.pop()
            chain.append((x, y))
        sides.append(chain[:-1])
    return [*sides[0], *sides[1]]


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _free(car: Car, claims: Claims, size: tuple[int, int]) -> Mask:
    """Say where nothing of the car lies, in every fourth row and column of the picture."""
    rows, columns = np.arange(size[1]) * _STEP - claims.y, np.arange(size[0]) * _STEP - claims.x
    alpha = car.pixels[..., 3]
    free = np.ones((size[1], size[0]), dtype=bool)
    inside = ((rows >= 0) & (rows < alpha.shape[0]), (columns >= 0) & (columns < alpha.shape[1]))
    free[np.ix_(*inside)] = alpha[np.ix_(rows[inside[0]], columns[inside[1]])] == 0
    return free

"""The car's footprint on the ground, from its four contacts, in true perspective."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Point = tuple[float, float]

_CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
_MIN_DEPTH_SHARE = 0.4
# Half a tyre's contact patch, as shares of wheelbase and track.
_PATCH = (0.065, 0.10)


def outline(feet: Sequence[Point], along: float, across: float) -> list[Point]:
    """Return the contact rectangle grown on the ground about its centre, as image points.

    `feet`: left rear, left front, right front, right rear. `along` and `across` are shares of
    wheelbase and track.
    """
    us = (0.5 - along / 2, 0.5 + along / 2)
    vs = (0.5 - across / 2, 0.5 + across / 2)
    return _to_image(feet, [(us[int(u)], vs[int(v)]) for u, v in _CORNERS])


def tyre_patches(feet: Sequence[Point]) -> list[list[Point]]:
    """Return the four spots on which the tyres press, as image polygons."""
    turns = [(math.cos(t), math.sin(t)) for t in (math.pi * step / 12 for step in range(24))]
    along, across = _PATCH
    return [
        _to_image(feet, [(u + along * c, v + across * s) for c, s in turns]) for u, v in _CORNERS
    ]


def _to_image(feet: Sequence[Point], ground: Sequence[Point]) -> list[Point]:
    """Carry (wheelbase, track) points; too rough contacts get the best affine map instead."""
    matrix = _perspective(feet)
    if matrix is None:
        matrix = _affine(feet)
    carried = np.array([(u, v, 1.0) for u, v in ground]) @ matrix.T
    return [(float(x / w), float(y / w)) for x, y, w in carried]


def _perspective(feet: Sequence[Point]) -> NDArray[Any] | None:
    """Return the homography from wheelbase and track to the image, None when not sound."""
    rows, values = [], []
    for (u, v), (x, y) in zip(_CORNERS, feet, strict=True):
        rows += [[u, v, 1, 0, 0, 0, -u * x, -v * x], [0, 0, 0, u, v, 1, -u * y, -v * y]]
        values += [x, y]
    try:
        solved = np.linalg.solve(np.array(rows, dtype=float), np.array(values, dtype=float))
    except np.linalg.LinAlgError:
        return None
    matrix = np.append(solved, 1.0).reshape(3, 3)
    depths = [float(matrix[2] @ np.array([u, v, 1.0])) for u in (-0.5, 1.5) for v in (-0.5, 1.5)]
    middle = float(matrix[2] @ np.array([0.5, 0.5, 1.0]))
    return matrix if min(depths) > _MIN_DEPTH_SHARE * middle > 0 else None


def _affine(feet: Sequence[Point]) -> NDArray[Any]:
    corners = np.array([(u, v, 1.0) for u, v in _CORNERS])
    fitted = np.linalg.lstsq(corners, np.array(feet, dtype=float), rcond=None)[0]
    return np.vstack([fitted.T, [0.0, 0.0, 1.0]])


def moved(points: Sequence[Point], by: Point) -> list[Point]:
    return [(x + by[0], y + by[1]) for x, y in points]


def hull(points: Sequence[Point]) -> list[Point]:
    """Return the convex hull (monotone chain)."""

    def half(ordered: Sequence[Point]) -> list[Point]:
        chain: list[Point] = []
        for point in ordered:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        return chain[:-1]

    ordered = sorted(set(points))
    return half(ordered) + half(ordered[::-1])


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

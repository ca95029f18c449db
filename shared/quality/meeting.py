"""On which row the ground's lines meet: the plate's own horizon, whatever was asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from shared.quality.colour import Floats
    from shared.quality.lines import Edges

_TURNS = (20.0, 14.0, 10.0, 7.0, 5.0, 4.0, 3.0, 3.0, 2.0, 2.0, 2.0, 2.0)
_NEAR = 3.0
_WIDE = 18.0
_FEW = 150


@dataclass(frozen=True)
class Meeting:
    """A point (x, y) of the picture, and how far it is to be believed, 0 to 1."""

    x: float
    y: float
    confidence: float


def meeting_of(edges: Edges, start: tuple[float, float]) -> Meeting | None:
    """Return the point that most edges run to, from a first guess (x, y) on; None without edges.

    Least squares of the lines' distances, reweighted by the angle a between an edge and the way
    to the point, w = exp(-a^2 / 2 s^2) with s narrowing from 20 to 2 degrees (iteratively
    reweighted least squares; Holland, Welsch 1977). `confidence`: the share of the edges within
    3 degrees, times the spread of their directions / 18 degrees, at most 1: lines that all run
    the same way meet nowhere in particular.
    """
    if len(edges.x) < _FEW:
        return None
    x, y = start
    lean = np.arctan(edges.slope)
    cos, sin = np.cos(lean), np.sin(lean)
    level = edges.x * cos - edges.y * sin
    for turn in _TURNS:
        weight = edges.weight * np.exp(-0.5 * (_angles(edges, lean, x, y) / turn) ** 2)
        weight /= np.maximum((edges.x - x) ** 2 + (edges.y - y) ** 2, 25.0)
        found = _solved(cos, sin, level, weight)
        if found is None:
            return None
        x, y = found
    near = np.abs(_angles(edges, lean, x, y)) < _NEAR
    if not near.any():
        return None
    share = float(edges.weight[near].sum() / edges.weight.sum())
    apart = math.degrees(float(np.sqrt(np.cov(lean[near], aweights=edges.weight[near]))))
    return Meeting(x, y, share * min(1.0, apart / _WIDE))


def _angles(edges: Edges, lean: Floats, x: float, y: float) -> Floats:
    """Return degrees between each edge and the way to the point, -90 to 90."""
    way = np.arctan2(x - edges.x, y - edges.y)
    return np.asarray(np.degrees((way - lean + np.pi / 2) % np.pi - np.pi / 2))


def _solved(cos: Floats, sin: Floats, level: Floats, weight: Floats) -> tuple[float, float] | None:
    """Return the point nearest to all lines x cos - y sin = level."""
    a, b, c = (float((weight * k).sum()) for k in (cos * cos, -cos * sin, sin * sin))
    p, q = float((weight * cos * level).sum()), float((-weight * sin * level).sum())
    determinant = a * c - b * b
    if determinant < 1e-9 * max(a * c, 1e-12):
        return None
    return ((c * p - b * q) / determinant, (a * q - b * p) / determinant)

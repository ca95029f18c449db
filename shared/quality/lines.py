"""Where the ground's lines run: their heading on the ground plane, and the horizon they meet on.

Each edge on the ground votes for the point of the horizon that it runs to. A direction is where
many votes meet; grass, gravel and noise send theirs everywhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from shared.quality.colour import Floats, Singles
    from shared.quality.scene import Scene

_LEAST_STEP, _MOST_STEP = 0.8, 5.0
_LEAST_COHERENCE = 0.85
BELOW = 0.03
_BIN = 2.0
_STEEPEST, _STEEPEST_ROAD = 78.0, 47.0
_CLEAR = 0.4
_BINS = int(180 / _BIN)
_REACH = 3
_RIVAL = 0.5
_FEW = 150
_BELL = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)
_FLAT = (1 / 9,) * 9
_TURNS = (20.0, 14.0, 10.0, 7.0, 5.0, 4.0, 3.0, 3.0, 2.0, 2.0, 2.0, 2.0)
_NEAR = 3.0
_WIDE = 18.0


@dataclass(frozen=True)
class Edges:
    """Edges of the ground: places (x, y), the slope dx/dy of their lines, and weights."""

    x: Floats
    y: Floats
    slope: Floats
    weight: Floats


@dataclass(frozen=True)
class Direction:
    """Headings (degrees, right of the view) of the ground's lines; the first is the clearest.

    `confidence`: the share of all edges that run that way, less what chance would send there,
    against 40 %.
    """

    headings: tuple[float, ...]
    confidence: float


def edges_of(scene: Scene, top: float) -> Edges:
    """Return the straight edges below the row `top`: the structure tensor over 9 x 9 pixels.

    Coherence (l1 - l2) / (l1 + l2) of its eigenvalues is at least 0.75 (Bigun, Granlund 1987).
    """
    first = max(0, math.floor(top))
    light = scene.light[first:]
    if min(light.shape) < 8:
        return Edges(*(np.zeros(0) for _ in range(4)))
    smooth = _weighed(light, _BELL)
    down, across = _slope(smooth), _slope(smooth.T).T
    xx, yy, xy = (_weighed(plane, _FLAT) for plane in (across * across, down * down, across * down))
    spread = np.hypot(xx - yy, 2 * xy)
    strength = np.sqrt(xx + yy)
    seen = (strength > _LEAST_STEP) & (spread > _LEAST_COHERENCE * (xx + yy))
    seen[:2], seen[-2:], seen[:, :2], seen[:, -2:] = False, False, False, False
    rows, columns = np.nonzero(seen)
    normal = 0.5 * np.arctan2(2 * xy[seen], (xx - yy)[seen])
    along = np.cos(normal)
    slope = -np.sin(normal) / np.where(np.abs(along) < 1e-4, 1e-4, along)
    weight = np.minimum(strength[seen], _MOST_STEP)
    x, y = (np.asarray(each, np.float64) + 0.5 for each in (columns, rows + first))
    return Edges(x, y, np.asarray(slope, np.float64), np.asarray(weight, np.float64))


def direction_of(edges: Edges, horizon: float, axis: float, focal: float) -> Direction:
    """Return where the ground's lines run; `horizon` row, optical axis' column and focal length.

    A line meets the horizon at x_v = x + (y_h - y) dx/dy; its heading is atan((x_v - axis) / f)
    (Caprile, Torre 1990: vanishing points of a calibrated camera are directions).
    """
    if len(edges.x) < _FEW:
        return Direction((), 0.0)
    found = _votes(edges, horizon, axis, focal)
    chance = _chance(edges, horizon, axis, focal)
    gain = _windowed(found) - _windowed(chance)
    middles = (np.arange(_BINS) + 0.5) * _BIN - 90
    gain = np.where(np.abs(middles) <= _STEEPEST_ROAD, gain, -1.0)
    best = int(gain.argmax())
    confidence = float(gain[best]) / _CLEAR
    headings = [_heading(found, best)]
    apart = np.minimum((np.arange(_BINS) - best) % _BINS, (best - np.arange(_BINS)) % _BINS)
    others = np.where(apart * _BIN >= 20, gain, -1.0)
    rival = int(others.argmax())
    if others[rival] >= _RIVAL * gain[best]:
        headings.append(_heading(found, rival))
    return Direction(tuple(headings), max(0.0, min(1.0, confidence)))


def _votes(edges: Edges, horizon: float, axis: float, focal: float) -> Floats:
    meets = edges.x + (horizon - edges.y) * edges.slope
    heading = np.degrees(np.arctan((meets - axis) / focal))
    # What runs level across the picture is mottle and ripple, pressed flat by perspective.
    along = np.abs(heading) < _STEEPEST
    bins = ((heading[along] + 90) / _BIN).astype(np.intp) % _BINS
    votes = np.bincount(bins, weights=edges.weight[along], minlength=_BINS)
    return np.asarray(votes / max(float(votes.sum()), 1e-9))


def _chance(edges: Edges, horizon: float, axis: float, focal: float) -> Floats:
    """Return the votes of the same edges if each ran anywhere."""
    some = slice(None, None, max(1, len(edges.x) // 400))
    angles = np.tan(np.radians(np.arange(-88.5, 90, 3.0)))
    x, y = (np.repeat(each[some], len(angles)) for each in (edges.x, edges.y))
    weight = np.repeat(edges.weight[some], len(angles))
    return _votes(Edges(x, y, np.tile(angles, len(x) // len(angles)), weight), horizon, axis, focal)


def _windowed(votes: Floats) -> Floats:
    return np.asarray(sum(np.roll(votes, k) for k in range(-_REACH, _REACH + 1)))


def _heading(votes: Floats, best: int) -> float:
    at = np.arange(-_REACH, _REACH + 1)
    share = votes[(best + at) % _BINS]
    mean = float(share @ at / max(float(share.sum()), 1e-9))
    return ((best + mean + 0.5) * _BIN) % 180 - 90


def _slope(plane: Singles) -> Singles:
    """Return the slope down the rows, by five points: three would lean edges to the diagonal."""
    wide = np.pad(plane, [(2, 2), (0, 0)], mode="edge")
    near, far = wide[3:-1] - wide[1:-3], wide[4:] - wide[:-4]
    return np.asarray((8 * near - far) / 12, dtype=np.float32)


def _weighed(plane: Singles, weights: tuple[float, ...]) -> Singles:
    """Return weighted means over a square; beyond the border lies the border."""
    reach = len(weights) // 2
    for _ in range(2):
        wide = np.pad(plane, [(reach, reach), (0, 0)], mode="edge")
        parts = (np.float32(w) * wide[k : k + len(plane)] for k, w in enumerate(weights))
        plane = np.asarray(sum(parts), dtype=np.float32).T
    return plane


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

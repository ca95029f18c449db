"""Where a plate's ground lines meet, and on which row the ground begins: plain NumPy.

Every edge of the ground votes for the points of the horizon that its own line runs to (a Hough
transform over vanishing points, after Barnard, Artificial Intelligence 21, 1983); the points are
counted by their angle to the view direction, so that a road running far out of the picture is one
bin as well.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .colour import Floats, luminance
from .ground import FOCAL_WIDTHS

if TYPE_CHECKING:
    from numpy.typing import NDArray


_STEP_DEG, _WIDEST_DEG = 2, 76
_ANGLE_SIGMA_DEG = 2.5
_ROWS = (0.25, 0.85)
_FLOOR = 0.01
_FEWEST = 20
_ROW_SIGMA = 0.06


class Measured(NamedTuple):
    """A figure read off a plate, and how far to trust it: 0 not at all, 1 wholly."""

    value: float
    confidence: float


def ground_lines(linear: Floats, horizon: float) -> tuple[Measured, Measured]:
    """Return the horizon's row and the direction of the ground's lines.

    `linear` is [h,w,3]; `horizon`, the row that was asked for, a share of the height, as is the
    row returned. The direction is the angle to the view direction
    in degrees, right positive; confidence near 0: the ground has none. The row is where most
    columns change at once.
    """
    edges = _ground_edges(linear, horizon)
    clear = len(edges.x) >= _FEWEST
    return horizon_step(linear, horizon), _direction(edges) if clear else Measured(0.0, 0.0)


def horizon_step(linear: Floats, asked: float) -> Measured:
    """Return the row with the largest median step between what lies over and under it.

    At the ground's beginning most columns change at once, whatever stands above it; rows near
    the one that was asked for are likelier.
    """
    tone = np.log(linear + _FLOOR)
    height = tone.shape[0]
    reach = max(2, round(0.012 * height))
    sums = np.cumsum(tone, axis=0)
    means = (sums[reach:] - sums[:-reach]) / reach
    steps = np.abs(np.median(means[reach:] - means[:-reach], axis=1)).sum(axis=1)
    rows = np.arange(len(steps)) + reach + 1
    inside = (rows >= _ROWS[0] * height) & (rows <= _ROWS[1] * height)
    steps, rows = steps[inside], rows[inside]
    steps = steps * np.exp(-0.5 * ((rows / height - asked) / _ROW_SIGMA) ** 2)
    at = int(np.argmax(steps))
    apart = np.abs(rows - rows[at]) > 3 * reach
    rival = float(steps[apart].max()) if apart.any() else 0.0
    sure = 1 - min(1.0, rival / max(float(steps[at]), 1e-6))
    return Measured(float(rows[at]) / height, sure)


class _Edges(NamedTuple):
    """The ground's edges: where (from the asked vanishing row and the middle), which way."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    angle: NDArray[np.float64]
    weight: NDArray[np.float64]
    width: int


def _direction(edges: _Edges) -> Measured:
    angles = np.arange(-_WIDEST_DEG, _WIDEST_DEG + 1, _STEP_DEG, dtype=np.float64)
    at_x = FOCAL_WIDTHS * edges.width * np.tan(np.radians(angles))
    vote = _agreement(edges, at_x[None, :])
    votes = (edges.weight[:, None] * vote).sum(axis=0) / edges.weight.sum()
    at = int(np.argmax(votes))
    if abs(angles[at]) >= _WIDEST_DEG - _STEP_DEG:
        return Measured(float(angles[at]), 0.0)  # level lines: waves, shadows, not a way
    rival = float(votes[np.abs(angles - angles[at]) > 10].max())
    rise = float(votes[at]) - float(np.median(votes))
    weights = np.maximum(votes - np.median(votes), 0.0) * (np.abs(angles - angles[at]) <= 4)
    middle = float((weights * angles).sum() / max(float(weights.sum()), 1e-9))
    clear = min(1.0, max(0.0, float(votes[at]) - rival) / max(rise, 1e-6) / 0.5)
    return Measured(middle, min(1.0, max(0.0, rise) / 0.25) * clear)


def _agreement(edges: _Edges, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 where an edge's own line runs to a point of the horizon, less where it misses."""
    to = np.arctan2(-edges.y[:, None], x - edges.x[:, None])
    apart = np.abs((edges.angle[:, None] - to + math.pi / 2) % math.pi - math.pi / 2)
    agreed: NDArray[np.float64] = np.exp(-0.5 * (apart / math.radians(_ANGLE_SIGMA_DEG)) ** 2)
    return agreed


def _ground_edges(linear: Floats, horizon: float) -> _Edges:
    height, width = linear.shape[:2]
    top = min(round((horizon + 0.03) * height), height - 8)
    dx, dy, weight = _edges(np.log(luminance(linear[top:]) + _FLOOR))
    rows, columns = np.nonzero(weight > 0)
    line = np.arctan2(-dx[rows, columns], dy[rows, columns])  # along the edge: (dy, -dx)
    return _Edges(
        x=(columns - width / 2).astype(np.float64),
        y=(rows + top - horizon * height).astype(np.float64),
        angle=line.astype(np.float64),
        weight=weight[rows, columns].astype(np.float64),
        width=width,
    )


def _edges(tone: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the smoothed gradient's direction and a weight: strong, and straight for a while."""
    dy, dx = np.gradient(tone)
    xx, yy, xy = (_smooth(each) for each in (dx * dx, dy * dy, dx * dy))
    energy = xx + yy
    coherence = np.sqrt((xx - yy) ** 2 + 4 * xy**2) / np.maximum(energy, 1e-9)
    half = 0.5 * np.arctan2(2 * xy, xx - yy)
    limit = max(float(np.percentile(energy, 80)), 1e-4)
    weight = np.where((energy >= limit) & (coherence > 0.7), np.sqrt(energy), 0.0)
    weight = np.minimum(weight, 4 * math.sqrt(limit)) * coherence**2
    weight[:2] = weight[-2:] = 0
    weight[:, :2] = weight[:, -2:] = 0
    return np.cos(half), np.sin(half), weight


def _smooth(plane: Floats) -> Floats:
    """Mean over 5 x 5, by two passes."""
    for _ in range(2):
        sums = np.cumsum(np.pad(plane, [(2, 2), (0, 0)], mode="edge"), axis=0)
        plane = (np.concatenate([sums[4:5], sums[5:] - sums[:-5]]) / 5).T
    return plane

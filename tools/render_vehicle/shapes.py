"""Signed distances in the plane and smooth ways to join them; negative means inside."""

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline, PchipInterpolator
from scipy.ndimage import gaussian_filter1d

Floats = NDArray[np.float64]
Curve = Callable[[Floats], Floats]


@functools.cache
def _drawn() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name("drawn.json").read_bytes())
    return found


@functools.cache
def curve(name: str) -> Curve:
    """Return a function through the knots of drawn.json, flat beyond its ends.

    It has two continuous derivatives or, if `calm`, never swings beyond its knots.
    """
    drawn = _drawn()["curves"][name]
    xs, ys = zip(*sorted(drawn["knots"]), strict=True)
    spline = PchipInterpolator(xs, ys) if drawn["calm"] else CubicSpline(xs, ys, bc_type="natural")
    return lambda at: np.asarray(spline(np.clip(at, xs[0], xs[-1])), dtype=np.float64)


def smooth_max(a: Floats, b: Floats, reach: float) -> Floats:
    """Blend max(a, b) over `reach` by a cubic, so that highlights flow over the edge."""
    h = np.maximum(reach - np.abs(a - b), 0.0) / reach
    return np.maximum(a, b) + h * h * h * (reach / 6.0)


def smooth_min(a: Floats, b: Floats, reach: float) -> Floats:
    """Blend min(a, b) over `reach`."""
    return -smooth_max(-a, -b, reach)


def step(low: float, high: float, at: Floats) -> Floats:
    """Rise from 0 at `low` to 1 at `high` with flat ends."""
    t = np.clip((at - low) / (high - low), 0.0, 1.0)
    return t * t * t * (t * (6.0 * t - 15.0) + 10.0)


def bump(at: Floats, centre: float, width: float) -> Floats:
    """A Gaussian bump of height one."""
    return np.asarray(np.exp(-(((at - centre) / width) ** 2)), dtype=np.float64)


_NEAR = 0.08  # metres around a polygon within which its distance is exact


def polygon(name: str, u: Floats, v: Floats) -> Floats:
    """Return the signed distance from points (u, v) to an outline of drawn.json.

    Farther than 0.08 from its bounds it is the distance to the bounds, which is less.
    """
    corners = _outline(name)
    u, v = np.broadcast_arrays(u, v)
    low, high = corners.min(axis=0), corners.max(axis=0)
    off = [np.maximum(np.maximum(low[k] - at, at - high[k]), 0.0) for k, at in enumerate((u, v))]
    distance = np.asarray(np.hypot(*off), dtype=np.float64)
    near = distance < _NEAR
    distance[near] = _exactly(corners, u[near], v[near])
    return distance


def _exactly(corners: Floats, u: Floats, v: Floats) -> Floats:
    best = np.full(u.shape, np.inf)
    odd = np.zeros(u.shape, dtype=bool)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        ex, ey = bx - ax, by - ay
        t = np.clip(((u - ax) * ex + (v - ay) * ey) / (ex * ex + ey * ey), 0.0, 1.0)
        best = np.minimum(best, (u - ax - t * ex) ** 2 + (v - ay - t * ey) ** 2)
        if ay != by:
            crosses = ((ay > v) != (by > v)) & (u < (v - ay) / (by - ay) * ex + ax)
            odd ^= crosses
    return np.asarray(np.where(odd, -1.0, 1.0) * np.sqrt(best), dtype=np.float64)


def box(
    u: Floats, v: Floats, w: Floats, half: tuple[float, float, float], round_by: float
) -> Floats:
    """Return the distance to a rounded box about the origin."""
    q = [np.abs(c) - (h - round_by) for c, h in zip((u, v, w), half, strict=True)]
    outside = np.sqrt(sum(np.maximum(c, 0.0) ** 2 for c in q))
    inside = np.minimum(np.maximum(np.maximum(q[0], q[1]), q[2]), 0.0)
    return np.asarray(outside + inside - round_by, dtype=np.float64)


@functools.cache
def _outline(name: str) -> Floats:
    """Join splined legs into a closed outline (n, 2); corners between legs are softened."""
    drawn, pieces = _drawn()["outlines"][name], []
    for leg in drawn["legs"]:
        knots = np.array(leg, dtype=np.float64)
        along = np.cumsum([0.0, *np.linalg.norm(np.diff(knots, axis=0), axis=1)])
        spline = CubicSpline(along, knots, bc_type="natural") if len(knots) > 2 else None
        at = np.linspace(0.0, along[-1], max(2, int(along[-1] / 0.004)))
        straight = np.stack([np.interp(at, along, knots[:, k]) for k in (0, 1)], axis=1)
        pieces.append(straight if spline is None else np.asarray(spline(at)))
    ring = _evenly(np.concatenate(pieces), 0.003)
    if drawn["soften"]:
        sigma = drawn["soften"] / 0.003
        ring = np.stack([gaussian_filter1d(c, sigma, mode="wrap") for c in ring.T], axis=1)
    return _simplified(ring, 0.0003)


def _evenly(ring: Floats, spacing: float) -> Floats:
    closed = np.concatenate([ring, ring[:1]])
    moved = np.linalg.norm(np.diff(closed, axis=0), axis=1) > 1e-9
    closed = closed[np.concatenate([[True], moved])]
    along = np.cumsum([0.0, *np.linalg.norm(np.diff(closed, axis=0), axis=1)])
    at = np.linspace(0.0, along[-1], int(along[-1] / spacing) + 1)[:-1]
    return np.stack([np.interp(at, along, closed[:, k]) for k in (0, 1)], axis=1)


def _simplified(line: Floats, within: float) -> Floats:
    """Drop points of a line that lie `within` of the chord (Douglas and Peucker)."""
    keep = np.zeros(len(line), dtype=bool)
    keep[[0, -1]] = True
    todo = [(0, len(line) - 1)]
    while todo:
        low, high = todo.pop()
        if high - low < 2:
            continue
        chord = line[high] - line[low]
        off = line[low + 1 : high] - line[low]
        size = max(float(np.hypot(*chord)), 1e-9)
        away = np.abs(off[:, 0] * chord[1] - off[:, 1] * chord[0]) / size
        worst = int(np.argmax(away))
        if away[worst] > within:
            middle = low + 1 + worst
            keep[middle] = True
            todo += [(low, middle), (middle, high)]
    return np.asarray(line[keep], dtype=np.float64)

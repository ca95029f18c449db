"""From which side a plate is lit: weak cues, each a log-odds of right against left, summed.

Two of the cues of Lalonde, Efros, Narasimhan (IJCV 98, 2012): the sky is brighter toward the sun,
and upright surfaces are brighter on its side. Shadows on the ground, their third, told left from
right no better than chance on painted plates, and are left out. Each cue is bounded, so that none
alone decides; together they stay a distribution.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .colour import Floats, luminance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

SIDES = ("left", "right", "front", "back")
_FLOOR = 0.005
# How far a row of sky may lie under its brightest fifth, natural log, and how thick a wire may be.
_SKY_DEPTH, _SKY_GAP = 0.7, 0.04
# Each cue's value that makes one unit of log-odds, and the most that it may say.
_UNITS = {"sky": (0.15, 2.2), "faces": (0.006, 2.0)}


class SideCues(NamedTuple):
    """What each cue says, positive for light from the right; `disc`: 0-1, a sun is in sight."""

    sky: float
    faces: float
    disc: float

    def log_odds(self) -> float:
        given = {"sky": self.sky, "faces": self.faces}
        return sum(
            float(np.clip(given[n] / unit, -most, most)) for n, (unit, most) in _UNITS.items()
        )


def side_shares(cues: SideCues) -> dict[str, float]:
    """Return the probability of each of the four sides the light may come from."""
    right = 1 / (1 + math.exp(-cues.log_odds()))
    # A sun in sight stands before the eye; one that is not says little of front and back.
    front = 0.10 + 0.25 * cues.disc
    back = 0.10 * (1 - cues.disc)
    beside = 1 - front - back
    return dict(zip(SIDES, (beside * (1 - right), beside * right, front, back), strict=True))


def side_cues(linear: Floats, sky: Mask) -> SideCues:
    """Read the cues of a plate [h,w,3]; `sky` [n,w] is of the rows above the horizon."""
    light = luminance(linear[: sky.shape[0]])
    tone = np.log(light + _FLOOR)
    return SideCues(sky=_sky_slope(tone, sky), faces=_lit_faces(tone, sky), disc=_disc(light, sky))


def sky_mask(linear: Floats, horizon: float) -> Mask:
    """Return which pixels above the horizon are sky: as bright as their row's sky, from above."""
    rows = max(4, round(horizon * linear.shape[0]))
    tone = np.log(luminance(linear[:rows]) + _FLOOR)
    bright = tone > np.percentile(tone, 80, axis=1)[:, None] - _SKY_DEPTH
    return np.cumsum(~bright, axis=0) <= _SKY_GAP * rows + 2


def _sky_slope(tone: Floats, sky: Mask) -> float:
    """Return the rise of log luminance from left to right over a picture's width, all rows."""
    across = np.arange(tone.shape[1]) / tone.shape[1] - 0.5
    count = sky.sum(axis=1)
    rows = np.flatnonzero(count >= 0.2 * tone.shape[1])
    if rows.size == 0:
        return 0.0
    seen = sky[rows].astype(np.float64)
    middle = (seen * across).sum(axis=1) / count[rows]
    level = np.array([np.median(tone[row][sky[row]]) for row in rows])
    offset = np.clip(tone[rows] - level[:, None], -0.4, 0.6) * seen
    spread = (seen * (across - middle[:, None]) ** 2).sum()
    return float((offset * (across - middle[:, None])).sum() / spread)


def _disc(light: Floats, sky: Mask) -> float:
    """Return 0-1, how much the sky's brightest spot looks like a sun: small and far above it."""
    if sky.sum() < 50:
        return 0.0
    over = np.where(sky, light - np.median(light, axis=1)[:, None], 0.0)
    most = np.percentile(over[sky], 99.5)
    rows, columns = np.nonzero((over >= most) & sky)
    spread = math.hypot(float(rows.std()), float(columns.std())) / light.shape[1]
    compact = float(np.clip((0.12 - spread) / 0.08, 0.0, 1.0))
    return compact * float(np.clip(most / max(float(np.median(light[sky])), 0.02) / 0.6, 0.0, 1.0))


def _lit_faces(tone: Floats, sky: Mask) -> float:
    """Return the mean rise of brightness to the right within what stands before the sky."""
    solid = ~sky
    solid[: round(0.1 * len(solid))] = False
    rises = []
    for reach in (2, 4):
        within = solid[:, reach:] & solid[:, :-reach]
        if within.sum() < 0.01 * within.size:
            return 0.0
        step = np.clip(tone[:, reach:] - tone[:, :-reach], -0.7, 0.7)
        rises.append(float(step[within].mean()) / reach * 2)
    return sum(rises) / len(rises)

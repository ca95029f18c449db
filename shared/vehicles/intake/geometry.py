"""Where the tyres stand and where the horizon lies: given ones checked, missing ones proposed."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.vehicles.intake.findings import Finding, fault, note, proposal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.vehicles.intake.edges import Bytes, Indexes
    from shared.vehicles.sidecar import Point

CAMERA_HEIGHT_M = 1.3
# A common car, in heights of the camera: 1.5 m high, 2.7 m wheelbase, 1.55 m track.
_CAR_HEIGHT, _WHEELBASE, _TRACK = 1.5 / 1.3, 2.7 / 1.3, 1.55 / 1.3
_MOST_PITCH, _HIGHEST_CAMERA = 8.0, 1.35
_STEEPEST = 0.35
# Of the poster's 1440 rows: the scene's horizon, and the lowest row a tyre may stand on.
_HORIZON, _LOWEST = 0.56 * 1440, 0.90 * 1440
Tyres = tuple["Point", "Point", "Point", "Point"]


@dataclass(frozen=True)
class Outline:
    """The silhouette's extent: top row, lowest row of each column (-1: none), width."""

    roof: int
    lower: Indexes

    @property
    def bottom(self) -> int:
        return int(self.lower.max())

    @property
    def height(self) -> int:
        """Return the car's height in pixels."""
        return max(1, self.bottom - self.roof)


def outline_of(alpha: Bytes) -> Outline:
    """Return the outline of what is more covered than not."""
    solid = alpha >= 128
    rows = np.flatnonzero(solid.any(axis=1))
    lowest = solid.shape[0] - 1 - solid[::-1].argmax(axis=0)
    return Outline(int(rows[0]), np.where(solid.any(axis=0), lowest, -1))


def proposed_horizon(outline: Outline) -> float:
    """Return the row of eye height for a car of common height seen from 1.3 m, level."""
    return outline.bottom - outline.height / _CAR_HEIGHT


def proposed_contacts(outline: Outline, horizon: float) -> Tyres:
    """Guess the four contacts from the lower edge and a common car's measures.

    The lowest corners of the silhouette are taken for tyres; with three, one and both neighbours,
    the focal length follows from their right angle on the ground, with two from a common wheelbase.
    The visible end is taken for the front.
    """
    view = _View(outline.lower.size / 2, horizon)
    near, left, right = _feet(outline)
    if left and right:
        found = _from_corner(near, left, right, view)
        if found:
            return found
    other = max((each for each in (left, right) if each), key=lambda p: p[1], default=None)
    first, second = sorted([near, other]) if other else _ends(outline)
    return _from_side(first, second, view)


def check_contacts(contacts: Tyres, outline: Outline) -> list[Finding]:
    """Hold given contacts against the picture: on the tyres, and not mirrored."""
    found: list[Finding] = []
    x, y = max(contacts, key=lambda point: point[1])
    column = min(max(round(x), 0), outline.lower.size - 1)
    off = abs(float(outline.lower[column]) - y) / outline.height
    if off > 0.06 or not all(_near_picture(each, outline) for each in contacts):
        words = "the nearest contact is not at the car's lower edge; were they taken from this file"
        found.append(fault("contacts_off", f"{words}?", off_share_of_height=round(off, 3)))
    ring = itertools.pairwise([*contacts, contacts[0]])
    if sum(a[0] * b[1] - b[0] * a[1] for a, b in ring) < 0:
        words = (
            "the contacts run the wrong way round: either the picture is mirrored, or left and "
            "right are mixed up; the order is left rear, left front, right front, right rear"
        )
        found.append(fault("mirrored", words))
    return found


def check_pitch(pitch: float) -> list[Finding]:
    """Refuse a camera that looks down: its car stands on a tilted road."""
    if abs(pitch) <= _MOST_PITCH:
        return []
    words = f"the camera is pitched by {pitch:.1f}°; render it level, {_MOST_PITCH:g}° at most"
    return [fault("pitched", words, pitch_deg=pitch)]


def check_camera(horizon: float, outline: Outline) -> list[Finding]:
    """Refuse a camera that no street scene has: far above the roof, or on the ground."""
    found: list[Finding] = []
    height = (outline.bottom - horizon) / outline.height
    if not 0.35 <= height <= _HIGHEST_CAMERA:
        words = (
            f"the horizon lies at {height:.2f} of the car's height, so the camera stood "
            f"{'too high' if height > 1 else 'too low'}; render from 1.2-1.5 m"
        )
        found.append(fault("camera_height", words, camera_in_car_heights=round(height, 3)))
    elif height > 1.1:
        found.append(note("camera_high", "the camera stood above the roof; 1.2-1.5 m is better"))
    return found


def check_fit(contacts: Tyres, horizon: float, width: int, ladder: Sequence[int]) -> list[Finding]:
    """Make sure that some size of the car stands on the poster with its horizon on the scene's."""
    lowest = max(y for _, y in contacts) - horizon
    for placed in ladder:
        scale = placed / width
        if scale <= 1 and scale * horizon <= _HORIZON and scale * lowest <= _LOWEST - _HORIZON:
            return []
    words = (
        "the car is too tall for its width: it fits the poster at no size; render it from a side"
    )
    return [fault("fits_nowhere", words)]


def _near_picture(point: Point, outline: Outline) -> bool:
    width, spare = outline.lower.size, 0.2 * outline.lower.size
    return -spare <= point[0] <= width + spare and -spare <= point[1] <= outline.bottom + spare


def proposed(name: str, words: str) -> Finding:
    """Return the mark of something guessed."""
    return proposal(f"{name}_proposed", f"{words}; give `{name}` in the sidecar, or approve it")


@dataclass(frozen=True)
class _View:
    """A level camera at height 1: rows below the horizon are points of the ground, and back."""

    centre: float
    horizon: float
    focal: float = 1.0

    def ground(self, point: Point) -> tuple[float, float]:
        below = max(point[1] - self.horizon, 1.0)
        return ((point[0] - self.centre) / below, self.focal / below)

    def picture(self, ground: tuple[float, float]) -> Point:
        below = self.focal / max(ground[1], 1e-6)
        return (round(self.centre + ground[0] * below, 2), round(self.horizon + below, 2))

    def with_focal(self, focal: float) -> _View:
        return _View(self.centre, self.horizon, min(max(focal, 2 * self.centre), 10 * self.centre))


def _from_corner(near: Point, left: Point, right: Point, view: _View) -> Tyres | None:
    corner, a, b = (view.ground(each) for each in (near, left, right))
    depths = (a[1] - corner[1]) * (b[1] - corner[1])
    across = (a[0] - corner[0]) * (b[0] - corner[0])
    if depths <= 0 or across >= 0:
        return None
    view = view.with_focal(math.sqrt(-across / depths))
    corner, a, b = (view.ground(each) for each in (near, left, right))
    far = view.picture((a[0] + b[0] - corner[0], a[1] + b[1] - corner[1]))
    if math.dist(corner, b) >= math.dist(corner, a):  # the long side is on the right: facing left
        return (right, near, left, far)
    return (far, right, near, left)


def _from_side(first: Point, second: Point, view: _View) -> Tyres:
    a, b = view.ground(first), view.ground(second)
    depth, across = abs(b[1] - a[1]), b[0] - a[0]
    focal = 4.4 * view.centre
    if depth > 1e-6 and abs(across) < _WHEELBASE:
        focal = math.sqrt(_WHEELBASE**2 - across**2) / depth
    view = view.with_focal(focal)
    a, b = view.ground(first), view.ground(second)
    along = (b[0] - a[0], b[1] - a[1])
    length = math.hypot(*along) or 1.0
    away = (-along[1] / length * _TRACK, along[0] / length * _TRACK)
    away = away if away[1] > 0 else (-away[0], -away[1])
    far_a, far_b = (view.picture((p[0] + away[0], p[1] + away[1])) for p in (a, b))
    return (second, first, far_a, far_b)


def _feet(outline: Outline) -> tuple[Point, Point | None, Point | None]:
    """Return the lowest corner of the silhouette's lower hull, and its neighbours if they stand.

    What touches the ground is on the hull; a steep edge leads to a bumper instead.
    """
    hull = _lower_hull(outline)
    near = max(hull, key=lambda point: point[1])
    apart = 0.12 * outline.lower.size
    left = [p for p in hull if p[0] < near[0] - apart and _stands(p, near)]
    right = [p for p in hull if p[0] > near[0] + apart and _stands(p, near)]
    return near, left[-1] if left else None, right[0] if right else None


def _stands(point: Point, near: Point) -> bool:
    return near[1] - point[1] <= _STEEPEST * abs(near[0] - point[0])


def _lower_hull(outline: Outline) -> list[Point]:
    """Return the corners from left to right (monotone chain; rows count downwards)."""
    hull: list[Point] = []
    for x in np.flatnonzero(outline.lower >= 0):
        point = (float(x), float(outline.lower[x]))
        while len(hull) > 1 and _turns_up(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    return hull


def _turns_up(a: Point, b: Point, c: Point) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) >= 0


def _ends(outline: Outline) -> tuple[Point, Point]:
    columns = np.flatnonzero(outline.lower >= 0)
    first, last = float(columns[0]), float(columns[-1])
    inset = 0.18 * (last - first)
    return (first + inset, float(outline.bottom)), (last - inset, float(outline.bottom))

"""Wheels: lathed tyres and barrels, and a five-arm alloy disc blended from solids."""

from __future__ import annotations

import math

import numpy as np
from scipy.interpolate import make_interp_spline

from .body import AXLES, TYRE_FACE_Y, TYRE_RADIUS, TYRE_WIDTH
from .mesh import Floats, Mesh, joined, surface, unit
from .shapes import bump, smooth_max, smooth_min, step

_RIM = 0.262  # outer radius of the alloy rim

# Profiles are (distance from the outer face inwards, radius) pairs.
_TYRE = [(0.022, 0.250), (0.007, 0.260), (0.000, 0.279), (0.001, 0.304), (0.008, 0.323),
         (0.020, 0.337), (0.040, 0.3435), (0.1125, 0.345), (0.185, 0.3435), (0.205, 0.337),
         (0.217, 0.322), (0.224, 0.300), (0.225, 0.279), (0.215, 0.250)]  # fmt: skip
_BARREL = [(0.012, 0.252), (0.030, 0.243), (0.200, 0.236)]
_BACK = [(0.120, 0.240), (0.125, 0.010)]
_BRAKE = [(0.096, 0.060), (0.094, 0.158), (0.104, 0.160)]


def lathe(profile: list[tuple[float, float]], around: int = 256) -> Mesh:
    """Turn a profile about the y axis; the outer face looks towards +y at y = 0."""
    knots = np.array(profile)
    place = np.arange(len(knots))
    along = np.linspace(0, len(knots) - 1, 8 * (len(knots) - 1) + 1)
    # Short profiles keep their corners, long ones are smooth.
    curve = make_interp_spline(place, knots, k=3 if len(knots) > 5 else 1)
    line = np.asarray(curve(along), dtype=np.float64)
    tangent = np.gradient(line, axis=0)
    angle = np.linspace(0, 2 * math.pi, around, endpoint=False)
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    ones = np.ones_like(cos)
    points = np.stack([cos * line[:, 1], -ones * line[:, 0], sin * line[:, 1]], axis=-1)
    out = np.stack([cos * tangent[:, 0], ones * tangent[:, 1], sin * tangent[:, 0]], axis=-1)
    return Mesh(points.reshape(-1, 3), unit(out.reshape(-1, 3)), _grid_faces(around, len(line)))


def _grid_faces(rows: int, columns: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    i, j = np.meshgrid(np.arange(rows), np.arange(columns - 1), indexing="ij")
    a, b = i * columns + j, (i + 1) % rows * columns + j
    quads = np.stack([a, a + 1, b + 1, b], axis=-1).reshape(-1, 4)
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def _alloy(x: Floats, y: Floats, z: Floats) -> Floats:
    """The alloy disc: five split arms, hub and rim lip; y = 0 is the tyre's outer face."""
    radius = np.sqrt(x**2 + z**2 + 1e-12)
    fifth = 2 * math.pi / 5
    angle = np.mod(np.arctan2(x, z) + fifth / 2, fifth) - fifth / 2
    across = radius * np.sin(angle)
    # Each arm is a fork: two bars that part towards the rim.
    apart = 0.016 + 0.034 * step(0.06, 0.250, radius)
    half = 0.013 - 0.002 * step(0.06, 0.250, radius)
    front = -0.012 - 0.018 * bump(radius, 0.06, 0.09)
    bar = np.abs(np.abs(across) - apart) - half
    arm = smooth_max(bar, np.abs(y - front + 0.016) - 0.016, 0.012)
    arm = smooth_max(arm, radius - 0.257, 0.004)
    hub = smooth_max(radius - 0.062, np.abs(y + 0.040) - 0.016, 0.012)
    cap = smooth_max(radius - 0.030, np.abs(y + 0.030) - 0.012, 0.004)
    lip = np.hypot(radius - (_RIM - 0.006), (y + 0.012) * 0.8) - 0.0085
    disc = smooth_min(smooth_min(arm, hub, 0.02), lip, 0.014)
    return smooth_min(disc, cap, 0.003)


def one_wheel() -> dict[str, Mesh]:
    """Make the left wheel about the origin, its outer face at y = 0, by material."""
    disc = surface(_alloy, (-0.275, -0.09, -0.275), (0.275, 0.01, 0.275), 0.0022)
    return {
        "tyre": lathe(_TYRE),
        "alloy": disc,
        "barrel": joined([lathe(_BARREL), lathe(_BACK)]),
        "brake": lathe(_BRAKE),
    }


def wheels() -> list[tuple[str, Mesh]]:
    """Make all four wheels in place, as (material, mesh) pairs."""
    parts = []
    for material, mesh in one_wheel().items():
        for place, axle in enumerate(AXLES):
            turn = math.radians(11.0 + 31.0 * place)
            spin = np.array([[math.cos(turn), 0, math.sin(turn)], [0, 1, 0],
                             [-math.sin(turn), 0, math.cos(turn)]])  # fmt: skip
            left = mesh.turned(spin).shifted((axle, TYRE_FACE_Y, TYRE_RADIUS))
            parts += [(material, left), (material, left.mirrored())]
    return parts


def contact_points() -> Floats:
    """Return the contact patches' middles: left rear, left front, right front, right rear."""
    y = TYRE_FACE_Y - TYRE_WIDTH / 2
    front, rear = AXLES
    return np.array([[rear, y, 0.0], [front, y, 0.0], [front, -y, 0.0], [rear, -y, 0.0]])

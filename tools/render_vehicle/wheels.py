"""Wheels: treaded tyres pressed flat on the road, and a five-arm alloy disc in a barrel."""

import math

import numpy as np
from scipy.interpolate import make_interp_spline

from .body import AXLES, TYRE_FACE_Y, TYRE_RADIUS, TYRE_WIDTH
from .mesh import Ints, Mesh, joined, surface, triangles, unit
from .shapes import Floats, bump, smooth_max, smooth_min, step

_RIM = 0.262  # outer radius of the alloy rim
_PRESS = 0.007  # how far the load presses a tyre flat; the patch is then 0.14 m long
_GROOVES = (0.052, 0.0925, 0.1325, 0.173)  # from the outer face inwards

# Profiles are (distance from the outer face inwards, radius) pairs.
_TYRE = [(0.022, 0.250), (0.007, 0.260), (0.000, 0.279), (0.001, 0.304), (0.008, 0.323),
         (0.020, 0.337), (0.040, 0.3435), (0.1125, 0.345), (0.185, 0.3435), (0.205, 0.337),
         (0.217, 0.322), (0.224, 0.300), (0.225, 0.279), (0.215, 0.250)]  # fmt: skip
_TREAD = (0.014, 0.211)  # where the blocks begin and end
_BARREL = [(0.012, 0.252), (0.030, 0.243), (0.200, 0.236)]
_BACK = [(0.120, 0.240), (0.125, 0.010)]
_BRAKE = [(0.096, 0.060), (0.094, 0.178), (0.104, 0.180)]


def _smooth(profile: list[tuple[float, float]], fine: int = 8) -> Floats:
    """Draw a profile finely; short ones keep their corners, long ones are smooth."""
    knots = np.array(profile)
    place = np.arange(len(knots))
    along = np.linspace(0, len(knots) - 1, fine * (len(knots) - 1) + 1)
    curve = make_interp_spline(place, knots, k=3 if len(knots) > 5 else 1)
    return np.asarray(curve(along), dtype=np.float64)


def lathe(profile: list[tuple[float, float]], around: int = 256) -> Mesh:
    """Turn a profile about the y axis; the outer face looks towards +y at y = 0."""
    return _turned(_smooth(profile), around)


def _turned(line: Floats, around: int) -> Mesh:
    tangent = np.gradient(line, axis=0)
    angle = np.linspace(0, 2 * math.pi, around, endpoint=False)
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    ones = np.ones_like(cos)
    points = np.stack([cos * line[:, 1], -ones * line[:, 0], sin * line[:, 1]], axis=-1)
    out = np.stack([cos * tangent[:, 0], ones * tangent[:, 1], sin * tangent[:, 0]], axis=-1)
    return Mesh(points.reshape(-1, 3), unit(out.reshape(-1, 3)), _grid_faces(around, len(line)))


def _depth(across: Floats, angle: Floats) -> Floats:
    """How deep the tread is cut: four grooves around, slanted cuts across the shoulders."""
    round_about = np.max([bump(across, groove, 0.0042) for groove in _GROOVES], axis=0)
    middle = 0.5 * (_TREAD[0] + _TREAD[1])
    turns = angle / (2 * math.pi) * 72 + 14.0 * np.abs(across - middle)
    slit = bump(np.mod(turns, 1.0), 0.5, 0.085)
    shoulder = step(0.052, 0.064, np.abs(across - middle))
    blocks = step(_TREAD[0] - 0.006, _TREAD[0], across) * step(_TREAD[1] + 0.006, _TREAD[1], across)
    cuts = np.maximum(round_about, slit * (0.75 * shoulder + 0.30 * (1 - shoulder)))
    return np.asarray(0.0075 * cuts * blocks, dtype=np.float64)


def _ribs(radius: Floats) -> Floats:
    """How far the sidewall's rings stand out: a rim guard and two fine lines."""
    guard = 0.0022 * bump(radius, 0.2705, 0.0035)
    return guard + 0.0010 * (bump(radius, 0.286, 0.0012) + bump(radius, 0.3175, 0.0012))


def tyre() -> Mesh:
    """Make a tyre about the origin that stands on the road at z = _PRESS - TYRE_RADIUS."""
    line = _smooth(_TYRE, 16)
    far = np.cumsum([0.0, *np.hypot(*np.diff(line, axis=0).T)])
    at = np.linspace(0, far[-1], int(far[-1] / 0.0016))
    mesh = _turned(np.stack([np.interp(at, far, c) for c in line.T], axis=1), 864)
    x, y, z = mesh.points.T
    radius, across = np.hypot(x, z), -y
    cut = radius - _depth(across, np.arctan2(z, x))
    x, z = x * cut / radius, z * cut / radius
    wall = np.sign(across - 0.1125) * step(0.045, 0.085, np.abs(across - 0.1125))
    road = _PRESS - TYRE_RADIUS
    belly = 0.005 * bump(z, road + 0.025, 0.035) * bump(x, 0.0, 0.10)
    points = np.stack([x, y - wall * (_ribs(radius) + belly), np.maximum(z, road)], axis=1)
    return Mesh(points, _facing(points, mesh.faces), mesh.faces)


def _facing(points: Floats, faces: Ints) -> Floats:
    """Return each point's normal as the mean of its triangles'."""
    corners = points[faces]
    flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    total = np.stack(
        [np.bincount(faces.ravel(), np.repeat(c, 3), len(points)) for c in flat.T], axis=1
    )
    return unit(np.asarray(total, dtype=np.float64))


def _grid_faces(rows: int, columns: int) -> Ints:
    i, j = np.meshgrid(np.arange(rows), np.arange(columns - 1), indexing="ij")
    a, b = i * columns + j, (i + 1) % rows * columns + j
    return triangles(np.stack([a, a + 1, b + 1, b], axis=-1).reshape(-1, 4))


def _alloy(x: Floats, y: Floats, z: Floats) -> Floats:
    """The alloy disc: five split arms, hub and rim lip; y = 0 is the tyre's outer face."""
    radius = np.sqrt(x**2 + z**2 + 1e-12)
    fifth = 2 * math.pi / 5
    angle = np.mod(np.arctan2(x, z) + fifth / 2, fifth) - fifth / 2
    across = radius * np.sin(angle)
    # Each arm is a fork: two bars that part towards the rim.
    apart = 0.018 + 0.036 * step(0.06, 0.250, radius)
    half = 0.0165 - 0.003 * step(0.06, 0.250, radius)
    front = -0.012 - 0.018 * bump(radius, 0.06, 0.09)
    bar = np.abs(np.abs(across) - apart) - half
    arm = smooth_max(bar, np.abs(y - front + 0.016) - 0.016, 0.012)
    arm = smooth_max(arm, radius - 0.257, 0.004)
    hub = smooth_max(radius - 0.062, np.abs(y + 0.040) - 0.016, 0.012)
    cap = smooth_max(radius - 0.030, np.abs(y + 0.030) - 0.012, 0.004)
    lip = np.hypot(radius - (_RIM - 0.006), (y + 0.012) * 0.8) - 0.0085
    disc = smooth_min(smooth_min(arm, hub, 0.02), lip, 0.014)
    return smooth_min(disc, cap, 0.003)


def _caliper(x: Floats, y: Floats, z: Floats) -> Floats:
    radius = np.hypot(x, z)
    saddle = np.maximum(radius - 0.215, 0.135 - radius)
    return smooth_max(smooth_max(saddle, np.abs(y + 0.088) - 0.030, 0.012),
                      np.abs(z) + 0.55 * x, 0.03)  # fmt: skip


def wheels() -> list[tuple[str, Mesh]]:
    """Make all four wheels in place, as (material, mesh) pairs."""
    height = TYRE_RADIUS - _PRESS
    caliper = surface(_caliper, (-0.23, -0.13, -0.14), (-0.08, -0.05, 0.14), 0.004)
    still = {"tyre": tyre(), "dark_chrome": caliper}
    turning = {  # about the origin, the outer face at y = 0
        "alloy": surface(_alloy, (-0.275, -0.09, -0.275), (0.275, 0.01, 0.275), 0.0022),
        "barrel": joined([lathe(_BARREL), lathe(_BACK)]),
        "brake": lathe(_BRAKE),
    }
    parts = []
    for place, axle in enumerate(AXLES):
        turn = math.radians(11.0 + 31.0 * place)
        spin = np.array([[math.cos(turn), 0, math.sin(turn)], [0, 1, 0],
                         [-math.sin(turn), 0, math.cos(turn)]])  # fmt: skip
        turned = {material: mesh.turned(spin) for material, mesh in turning.items()}
        for material, mesh in (still | turned).items():
            left = mesh.shifted((axle, TYRE_FACE_Y, height))
            parts += [(material, left), (material, left.mirrored())]
    return parts


def contact_points() -> Floats:
    """Return the contact patches' middles: left rear, left front, right front, right rear."""
    y = TYRE_FACE_Y - TYRE_WIDTH / 2
    front, rear = AXLES
    return np.array([[rear, y, 0.0], [front, y, 0.0], [front, -y, 0.0], [rear, -y, 0.0]])

"""The small parts: mirrors, handles, plate, wipers, lamp insides, and the emblem."""

import math
from functools import partial

import numpy as np

from .body import skin, windscreen
from .layout import BAR_Z
from .mesh import Field, Ints, Mesh, gradient, settle, surface, triangles, unit
from .shapes import Floats, box, smooth_max, smooth_min

Part = tuple[str, Mesh]
_BADGE_RADIUS = 0.108


def _on_skin(x: float, y: float, z: float, field: Field = skin) -> tuple[Floats, Floats]:
    """Return the nearest point of a surface and the outward normal there."""
    point = settle(field, np.array([[x, y, z]]), steps=12, reach=0.05)
    return point[0], unit(gradient(field, point))[0]


def _placed(mesh: Mesh, at: Floats, normal: Floats) -> Mesh:
    """Turn a mesh's x, y, z to right, up and outward of a surface's normal, and move it there."""
    right = unit(np.asarray(np.cross([0.0, 0.0, 1.0], normal)[None], dtype=np.float64))[0]
    turned = mesh.turned(np.stack([right, np.cross(normal, right), normal], axis=1))
    return turned.moved(turned.points + at)


def both(parts: list[Part]) -> list[Part]:
    """Add the mirror images."""
    return parts + [(material, mesh.mirrored()) for material, mesh in parts]


def _mirror_shell(x: Floats, y: Floats, z: Floats) -> Floats:
    fore = np.where(x > 0, x / 0.100, x / 0.055)
    across, up = y / 0.118, z / 0.076
    body = (np.abs(fore) ** 2.4 + np.abs(across) ** 3.0 + np.abs(up) ** 2.6 + 1e-9) ** (1 / 2.6)
    return np.asarray((body - 1.0) * 0.07, dtype=np.float64)


def mirrors() -> list[Part]:
    """Door mirrors: a painted shell on a black foot."""
    low, high = (-0.15, -0.25, -0.16), (0.15, 0.16, 0.12)
    at = (0.665, 0.985, 1.098)

    def upper(x: Floats, y: Floats, z: Floats) -> Floats:
        whole = smooth_max(_mirror_shell(x, y, z), -0.036 - z, 0.006)
        return smooth_max(whole, -0.040 - x, 0.012)

    def sheet(x: Floats, y: Floats, z: Floats) -> Floats:
        shell = _mirror_shell(x, 1.14 * y, 1.2 * (z - 0.008))
        return smooth_max(shell, np.abs(x + 0.041) - 0.003, 0.002)

    def foot(x: Floats, y: Floats, z: Floats) -> Floats:
        tray = smooth_max(_mirror_shell(x, y, z) - 0.003, z + 0.031, 0.006)
        sunk = z + 0.062 + 0.10 * (y + 0.115)
        arm = box(x - 0.015, y + 0.115, sunk, (0.045, 0.09, 0.014), 0.012)
        return smooth_min(tray, arm, 0.02)

    return both([
        ("paint", surface(upper, low, high, 0.005).shifted(at)),
        ("gloss_black", surface(foot, low, high, 0.005).shifted(at)),
        ("chrome", surface(sheet, low, high, 0.004).shifted(at)),
    ])  # fmt: skip


def handles() -> list[Part]:
    """Door handles: rounded bars that stand off the doors."""

    def bar(x: Floats, y: Floats, z: Floats) -> Floats:
        arch = 0.010 - 0.9 * x**2
        return box(x, y, z - arch, (0.102, 0.015, 0.010), 0.0095)

    mesh = surface(bar, (-0.13, -0.04, -0.04), (0.13, 0.04, 0.05), 0.004)
    parts: list[Part] = []
    for along, height in ((-0.13, 0.815), (-0.885, 0.833)):
        point, normal = _on_skin(along, 0.9, height)
        parts.append(("paint", _placed(mesh, point + 0.016 * normal, normal)))
    return both(parts)


def plates() -> list[Part]:
    """Blank plates on dark carriers at nose and tail."""

    def blank(half: tuple[float, float, float]) -> Mesh:
        field = partial(box, half=half, round_by=0.006)
        return surface(field, (-0.25, -0.1, -0.03), (0.25, 0.1, 0.03), 0.004)

    sheet, back = blank((0.220, 0.070, 0.008)), blank((0.229, 0.079, 0.014))
    parts: list[Part] = []
    for x, z in ((2.1, 0.490), (-2.1, 0.757)):
        point, normal = _on_skin(x, 0.0, z)
        parts.append(("plate", _placed(sheet, point + 0.010 * normal, normal)))
        parts.append(("plastic", _placed(back, point - 0.002 * normal, normal)))
    return parts


def tube(path: Floats, radius: float, around: int = 14) -> Mesh:
    """Sweep a circle along a path (n, 3), in metres."""
    ahead = unit(np.gradient(path, axis=0))
    right = unit(np.asarray(np.cross(ahead, [0.13, 0.21, 0.97]), dtype=np.float64))
    up = np.cross(right, ahead)
    angle = np.linspace(0, 2 * math.pi, around, endpoint=False)[None, :, None]
    out = right[:, None] * np.cos(angle) + up[:, None] * np.sin(angle)
    points = path[:, None] + radius * out
    return Mesh(points.reshape(-1, 3), out.reshape(-1, 3), _between_rings(len(path), around))


def _between_rings(rings: int, around: int) -> Ints:
    i, j = np.meshgrid(np.arange(rings - 1), np.arange(around), indexing="ij")
    a, b = i * around + j, i * around + (j + 1) % around
    return triangles(np.stack([a, a + around, b + around, b], axis=-1).reshape(-1, 4))


def _circle(radius: float, z: float, points: int) -> Floats:
    turn = np.linspace(0, 2 * math.pi, points)
    return np.stack([radius * np.cos(turn), radius * np.sin(turn), np.full(points, z)], axis=1)


def wipers() -> list[Part]:
    """Two wipers resting at the foot of the windscreen, and one on the rear window."""
    y = np.linspace(0.02, -0.38, 24)
    points = settle(skin, np.stack([np.full(24, -1.97), y, 1.115 - 0.05 * y**2], axis=1), reach=0.1)
    points += 0.012 * unit(gradient(skin, points))
    parts: list[Part] = [("plastic", tube(points, 0.0065))]
    for start, end in ((0.52, -0.12), (-0.10, -0.66)):
        y = np.linspace(start, end, 24)
        z = 1.062 + 0.045 * np.linspace(0, 1, 24) ** 1.5
        points = settle(windscreen, np.stack([np.full(24, 0.95), y, z], axis=1), reach=0.1)
        points += 0.010 * unit(gradient(windscreen, points))
        parts.append(("plastic", tube(points, 0.0055)))
    return parts


def _dome(radius: float, height: float) -> Mesh:
    """A shallow dome facing +z with a picture mapped straight onto it."""
    rings, around = 24, 160
    r = np.linspace(0, 1, rings)[:, None] * np.ones((1, around))
    t = np.linspace(0, 2 * math.pi, around, endpoint=False)[None, :] * np.ones((rings, 1))
    x, y = r * np.cos(t), r * np.sin(t)
    points = np.stack([radius * x, radius * y, height * (1 - r**2)], axis=-1)
    tilt = 2 * height / radius
    normals = np.stack([tilt * x, tilt * y, np.ones_like(x)], axis=-1).reshape(-1, 3)
    uv = np.stack([0.5 + 0.5 * x, 0.5 - 0.5 * y], axis=-1).reshape(-1, 2)
    return Mesh(points.reshape(-1, 3), unit(normals), _between_rings(rings, around), uv)


def badges() -> list[Part]:
    """The emblem upright on the nose and, smaller, in the middle of the tail."""
    return _badge(2.1, 0.708, _BADGE_RADIUS) + _badge(-2.1, BAR_Z, 0.084)


def _badge(x: float, z: float, outer: float) -> list[Part]:
    """An enamelled dome in a bright ring."""
    point, normal = _on_skin(x, 0.0, z)
    normal = unit((normal * np.array([1.0, 0.0, 0.35]))[None])[0]
    size = outer / _BADGE_RADIUS
    radius, ridge, lift = outer - 0.007 * size, 0.008 * size, 0.012
    ring = _circle(radius, 0.010, 181)
    stem = np.stack([np.zeros(12), np.zeros(12), np.linspace(-0.05, 0.008, 12)], axis=1)
    return [
        ("badge_face", _placed(_dome(radius, 0.007), point + (lift + 0.008) * normal, normal)),
        ("badge_ring", _placed(tube(ring, ridge, 24), point + lift * normal, normal)),
        ("plastic", _placed(tube(stem, radius - 0.016, 64), point + lift * normal, normal)),
    ]


def fins() -> list[Part]:
    """The upright fins of the diffuser."""

    def blade(x: Floats, y: Floats, z: Floats) -> Floats:
        return box(x - 0.25 * z, y, z, (0.055, 0.006, 0.058), 0.005)

    mesh = surface(blade, (-0.1, -0.02, -0.08), (0.1, 0.02, 0.08), 0.004)
    parts: list[Part] = []
    for y in (0.13, 0.36):
        point, _ = _on_skin(-2.0, y, 0.32)
        parts.append(("plastic", mesh.shifted((float(point[0]) + 0.02, y, 0.318))))
    return both(parts)


def antenna() -> list[Part]:
    """The fin on the roof's end."""

    def fin(x: Floats, y: Floats, z: Floats) -> Floats:
        half = 0.016 - 0.22 * z
        tall = z - 0.046 + np.maximum(x + 0.055, 0.0) * 0.50 + 3.0 * np.maximum(x - 0.02, 0.0) ** 2
        return smooth_max(smooth_max(np.abs(y) - half, tall, 0.012), np.abs(x) - 0.09, 0.02)

    mesh = surface(fin, (-0.12, -0.04, -0.03), (0.12, 0.04, 0.10), 0.003)
    point, _ = _on_skin(-1.36, 0.0, 1.50)
    return [("paint", mesh.shifted((float(point[0]), 0.0, float(point[2]))))]


def lamp_units() -> list[Part]:
    """Two projectors in each lamp, dark glass balls with a beam's disc in a bright ring.

    They look forward, set back behind the lens.
    """
    forward = unit(np.array([[1.0, 0.22, 0.0]]))[0]
    ball, disc, ring = _dome(0.031, 0.018), _dome(0.017, 0.006), _circle(0.032, 0.0, 61)
    parts: list[Part] = []
    for y, z in ((0.545, 0.738), (0.650, 0.745)):
        at = np.array([_on_skin(2.0, y, z)[0][0] - 0.050, y, z])
        parts.append(("lamp_glass", _placed(ball, at, forward)))
        parts.append(("lamp_beam", _placed(disc, at + 0.0135 * forward, forward)))
        parts.append(("chrome", _placed(tube(ring, 0.004), at + 0.002 * forward, forward)))
    return both(parts)


def small_parts() -> list[Part]:
    """Make all that is set on the skin."""
    made = (mirrors, handles, plates, wipers, lamp_units, badges, fins, antenna)
    return [part for parts in made for part in parts()]

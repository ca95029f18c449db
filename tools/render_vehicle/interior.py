"""What is seen through the windscreen: dashboard, steering wheel, seats and the inner mirror."""

from __future__ import annotations

import math

import numpy as np

from .details import Part, tube
from .mesh import Mesh, surface
from .shapes import Floats, box, smooth_min

_DRIVER_Y = 0.36  # the driver sits on the left


def _seat(x: Floats, y: Floats, z: Floats) -> Floats:
    """A seat's back with its head rest; the origin is the middle of the back's upper edge."""
    lean = x + 0.24 * z
    narrow = 1.0 + 0.12 * (z + 0.3)
    back = box(lean, y * narrow, z + 0.26, (0.055, 0.235, 0.28), 0.05)
    rest = box(lean + 0.01, y, z - 0.125, (0.045, 0.125, 0.080), 0.040)
    posts = np.maximum(np.hypot(lean, np.abs(y) - 0.06) - 0.007, np.abs(z - 0.03) - 0.05)
    return smooth_min(smooth_min(back, rest, 0.01), np.asarray(posts, dtype=np.float64), 0.005)


def _dashboard(x: Floats, y: Floats, z: Floats) -> Floats:
    slab = box(x - 0.70, y, z - 0.885 - 0.05 * (x - 0.7), (0.28, 0.60, 0.10), 0.045)
    hood = box(x - 0.45, y - _DRIVER_Y, z - 0.985, (0.10, 0.17, 0.045), 0.035)
    return smooth_min(slab, hood, 0.04)


def _placed_box(at: tuple[float, float, float], half: tuple[float, float, float]) -> Mesh:
    def field(x: Floats, y: Floats, z: Floats) -> Floats:
        return box(x - at[0], y - at[1], z - at[2], half, 0.6 * min(half))

    low, high = np.subtract(at, half) - 0.02, np.add(at, half) + 0.02
    return surface(field, tuple(low), tuple(high), 0.006)


def _steering_wheel() -> Part:
    turn = np.linspace(0, 2 * math.pi, 97)
    across, up = 0.182 * np.cos(turn), 0.182 * np.sin(turn)
    path = np.stack([0.24 + 0.42 * up, _DRIVER_Y + across, 0.985 + 0.91 * up], axis=1)
    return "plastic", tube(path, 0.016)


def interior() -> list[Part]:
    """Make the front half of the cabin's inside and the rear head rests."""
    seat = surface(_seat, (-0.22, -0.27, -0.58), (0.22, 0.27, 0.24), 0.010)
    parts: list[Part] = [_steering_wheel()]
    for x, z in ((-0.30, 1.125), (-1.12, 1.130)):
        parts += [("seat", seat.shifted((x, y, z))) for y in (-_DRIVER_Y, _DRIVER_Y)]
    dashboard = surface(_dashboard, (0.3, -0.75, 0.74), (1.05, 0.75, 1.08), 0.010)
    tablet = _placed_box((0.40, 0.0, 1.01), (0.012, 0.15, 0.075))
    mirror = _placed_box((0.37, 0.0, 1.325), (0.02, 0.115, 0.034))
    return [*parts, ("plastic", dashboard), ("gloss_black", tablet), ("gloss_black", mirror)]

"""The whole car as lists of meshes by material."""

import math

import numpy as np

from . import layout
from .body import ARCH_RADIUS, ARCH_Z, AXLES, side, skin
from .details import Part, both, small_parts, tube
from .mesh import Field, Mesh, gradient, joined, kept, split, surface, unit
from .panels import Panel, cut
from .shapes import Floats, box, smooth_min
from .wheels import lathe, wheels

_DRIVER_Y = 0.36  # the driver sits on the left


def _half_skin(step: float) -> Mesh:
    """Mesh the left half of the skin, ending exactly in the middle plane."""
    whole = surface(skin, (-2.3, -3 * step, 0.1), (2.3, 1.0, 1.65), step)
    mesh, values = split(whole, -whole.points[:, 1], 0.0)
    half, _ = kept(mesh, values[mesh.faces].mean(axis=1) < 0)
    return Mesh(half.points, unit(gradient(skin, half.points)), half.faces)


def _wells() -> list[Part]:
    """The dark linings of the wheel arches."""
    radius = ARCH_RADIUS + 0.0045
    lining = lathe([(-0.035, radius), (0.30, radius), (0.42, radius), (0.425, 0.0)], 128)
    parts = []
    for axle in AXLES:
        left = lining.shifted((axle, 0.845, ARCH_Z))
        x, y, z = left.points.T
        # Out to just below the skin, so that no slit shows the car's hollow inside.
        left = left.moved(np.stack([x, np.minimum(y, y - side(x, y, z) - 0.010), z], axis=1))
        # Above the sill line only: an arch is open towards the road.
        whole, height = split(left, left.points[:, 2], 0.21)
        above, _ = kept(whole, height[whole.faces].mean(axis=1) > 0.21)
        parts += [("shadow", above), ("shadow", above.mirrored())]
    return parts


def _lamp_insides() -> list[Panel]:
    """Housings, strips and shelf of the lamps, following the skin from within."""

    def wider(region: Field) -> Field:
        return lambda x, y, z: region(x, y, z) - 0.003

    return [
        Panel("shadow", layout.shell_region, wall=0.03, lift=-0.030),
        Panel("lamp_house", wider(layout.lamp), lift=-0.055, wall=-0.05),
        Panel("satin", layout.lamp_shelf, radius=0.002, wall=0.03, lift=-0.022, fine=2),
        Panel("light", layout.light_strip, radius=0.002, wall=0.012, lift=-0.012, fine=2),
        Panel("tail_lens", wider(layout.light_bar), lift=-0.040, wall=-0.040),
        Panel("tail_light", layout.tail_strip, radius=0.002, wall=0.02, lift=-0.014, fine=2),
    ]


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


def _interior() -> list[Part]:
    """Make what is seen through the windscreen: the front half and the rear head rests."""
    seat = surface(_seat, (-0.22, -0.27, -0.58), (0.22, 0.27, 0.24), 0.010)
    parts: list[Part] = [_steering_wheel()]
    for x, z in ((-0.30, 1.125), (-1.12, 1.130)):
        parts += [("seat", seat.shifted((x, y, z))) for y in (-_DRIVER_Y, _DRIVER_Y)]
    dashboard = surface(_dashboard, (0.3, -0.75, 0.74), (1.05, 0.75, 1.08), 0.010)
    tablet = _placed_box((0.40, 0.0, 1.01), (0.012, 0.15, 0.075))
    mirror = _placed_box((0.37, 0.0, 1.325), (0.02, 0.115, 0.034))
    return [*parts, ("plastic", dashboard), ("gloss_black", tablet), ("gloss_black", mirror)]


def build_car(step: float) -> dict[str, Mesh]:
    """Build the car with a mesh width in metres; return one mesh per material."""
    half = _half_skin(step)
    panels = [*layout.skin_panels(), *_lamp_insides()]
    parts = both([part for panel in panels for part in cut(half, panel)])
    parts += [*_wells(), *small_parts(), *_interior(), *wheels()]
    materials = sorted({material for material, _ in parts})
    return {name: joined([mesh for material, mesh in parts if material == name])
            for name in materials}  # fmt: skip

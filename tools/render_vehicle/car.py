"""The whole car as lists of meshes by material."""

from __future__ import annotations

import numpy as np

from .body import ARCH_RADIUS, ARCH_Z, AXLES, side, skin
from .details import Part, antenna, badges, fins, handles, lamp_units, mirrors, plates, wipers
from .interior import interior
from .layout import lamp, lamp_shelf, light_strip, shell_region, skin_panels
from .mesh import Floats, Mesh, gradient, joined, kept, split, surface, unit
from .panels import Panel, cut
from .tail import light_bar, tail_strip
from .wheels import lathe, wheels


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


def _lamp_insides(half: Mesh) -> list[Part]:
    """The lamps' dark housings and their light strips, following the skin from within."""

    def wider(x: Floats, y: Floats, z: Floats) -> Floats:
        return lamp(x, y, z) - 0.003

    housing = cut(half, Panel("lamp_house", wider, lift=-0.055, wall=-0.05))
    shelf = Panel("satin", lamp_shelf, radius=0.002, wall=0.03, lift=-0.022, fine=2)
    strip = Panel("light", light_strip, radius=0.002, wall=0.012, lift=-0.012, fine=2)
    return housing + cut(half, shelf) + cut(half, strip)


def _tail_lamp_insides(half: Mesh) -> list[Part]:
    """The light bar's red housing and its lit line."""

    def wider(x: Floats, y: Floats, z: Floats) -> Floats:
        return light_bar(x, y, z) - 0.003

    housing = cut(half, Panel("tail_lens", wider, lift=-0.040, wall=-0.040))
    strip = Panel("tail_light", tail_strip, radius=0.002, wall=0.02, lift=-0.014, fine=2)
    return housing + cut(half, strip)


def build_car(step: float) -> dict[str, Mesh]:
    """Build the car with a mesh width in metres; return one mesh per material."""
    half = _half_skin(step)
    left: list[Part] = [part for panel in skin_panels() for part in cut(half, panel)]
    left += cut(half, Panel("shadow", shell_region, wall=0.03, lift=-0.030))
    left += _lamp_insides(half) + _tail_lamp_insides(half)
    parts = left + [(material, mesh.mirrored()) for material, mesh in left]
    parts += [
        *_wells(),
        *mirrors(),
        *handles(),
        *plates(),
        *wipers(),
        *lamp_units(),
        *badges(),
        *fins(),
    ]
    parts += [*antenna(), *interior()]
    parts += wheels()
    materials = sorted({material for material, _ in parts})
    return {name: joined([mesh for material, mesh in parts if material == name])
            for name in materials}  # fmt: skip

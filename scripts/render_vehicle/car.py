"""The whole car as lists of meshes by material."""

from __future__ import annotations

import numpy as np

from .body import ARCH_RADIUS, ARCH_Z, AXLES, skin
from .details import Part, badge, handles, lamp_units, mirrors, plate, wipers
from .layout import lamp, shell_region, skin_panels
from .mesh import Floats, Mesh, gradient, joined, kept, split, surface, unit
from .panels import Panel, cut
from .wheels import lathe, wheels


def _half_skin(step: float) -> Mesh:
    """Mesh the left half of the skin, ending exactly in the middle plane."""
    whole = surface(skin, (-2.3, -3 * step, 0.1), (2.3, 1.0, 1.65), step)
    mesh, values = split(whole, -whole.points[:, 1], 0.0)
    half, _ = kept(mesh, values[mesh.faces].mean(axis=1) < 0)
    return Mesh(half.points, unit(gradient(skin, half.points)), half.faces)


def _wells() -> list[Part]:
    """The dark linings of the wheel arches."""
    radius = ARCH_RADIUS
    lining = lathe([(0.0, radius), (0.30, radius), (0.42, radius), (0.425, 0.0)], 128)
    parts = []
    for axle in AXLES:
        left = lining.shifted((axle, 0.845, ARCH_Z))
        # Above the sill line only: an arch is open towards the road.
        above, _ = kept(left, left.points[left.faces][:, :, 2].mean(axis=1) > 0.21)
        parts += [("shadow", above), ("shadow", above.mirrored())]
    return parts


def _lamp_insides(half: Mesh) -> list[Part]:
    """The lamps' dark housings and their light strips, following the skin from within."""

    def wider(x: Floats, y: Floats, z: Floats) -> Floats:
        return lamp(x, y, z) - 0.003

    def rim(x: Floats, y: Floats, z: Floats) -> Floats:
        edge = lamp(x, y, z)
        return np.maximum(edge + 0.008, -(edge + 0.017))

    housing = cut(half, Panel("lamp_house", wider, lift=-0.055, wall=-0.05))
    strip = cut(half, Panel("light", rim, radius=0.003, wall=0.01, lift=-0.016))
    return housing + strip


def build_car(step: float) -> dict[str, Mesh]:
    """Build the car with a mesh width in metres; return one mesh per material."""
    half = _half_skin(step)
    left: list[Part] = [part for panel in skin_panels() for part in cut(half, panel)]
    left += cut(half, Panel("shadow", shell_region, wall=0.03, lift=-0.030))
    left += _lamp_insides(half)
    parts = left + [(material, mesh.mirrored()) for material, mesh in left]
    parts += [*_wells(), *mirrors(), *handles(), *plate(), *wipers(), *lamp_units(), *badge()]
    parts += wheels()
    materials = sorted({material for material, _ in parts})
    return {name: joined([mesh for material, mesh in parts if material == name])
            for name in materials}  # fmt: skip

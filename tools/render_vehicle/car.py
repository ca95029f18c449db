"""The whole car as lists of meshes by material."""

from __future__ import annotations

import numpy as np

from . import layout
from .body import ARCH_RADIUS, ARCH_Z, AXLES, side, skin
from .details import Part, both, small_parts
from .interior import interior
from .mesh import Field, Mesh, gradient, joined, kept, split, surface, unit
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


def build_car(step: float) -> dict[str, Mesh]:
    """Build the car with a mesh width in metres; return one mesh per material."""
    half = _half_skin(step)
    panels = [*layout.skin_panels(), *_lamp_insides()]
    parts = both([part for panel in panels for part in cut(half, panel)])
    parts += [*_wells(), *small_parts(), *interior(), *wheels()]
    materials = sorted({material for material, _ in parts})
    return {name: joined([mesh for material, mesh in parts if material == name])
            for name in materials}  # fmt: skip

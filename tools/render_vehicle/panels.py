"""Panels cut from the skin: rounded borders, walls into the gaps, lifted or sunk."""

from dataclasses import dataclass

import numpy as np

from .mesh import Field, Mesh, gradient, kept, open_edges, refined, split, unit
from .shapes import Floats

_ROUNDING_STEPS = (0.0, 0.12, 0.35, 0.65, 1.0)


@dataclass(frozen=True)
class Panel:
    """A region of the skin (field negative inside) and how its border is finished, in metres."""

    material: str
    region: Field
    radius: float = 0.004  # of the rounded border
    wall: float = 0.022  # how far the border runs into the gap
    lift: float = 0.0  # above the skin
    wall_material: str = ""  # the panel's own if empty
    fine: int = 0  # how often the triangles are divided first, for narrow panels


def cut(base: Mesh, panel: Panel) -> list[tuple[str, Mesh]]:
    """Cut a panel out of the skin; return its face and its walls, each with a material."""
    values = panel.region(*base.points.T)
    touched = np.asarray((values[base.faces] < 0.02).any(axis=1), dtype=np.bool_)
    mesh, _ = kept(base, touched)
    for _ in range(panel.fine):
        mesh = refined(mesh)
    values = panel.region(*mesh.points.T)
    for share in _ROUNDING_STEPS:
        mesh, values = split(mesh, values, -share * panel.radius)
    inner = values[mesh.faces].mean(axis=1) < 0
    mesh, used = kept(mesh, inner)
    return _finished(mesh, values[used], panel)


def _finished(mesh: Mesh, values: Floats, panel: Panel) -> list[tuple[str, Mesh]]:
    near = values > -panel.radius + 1e-9
    across = _outward(panel.region, mesh.points[near], mesh.normals[near])
    lean = np.clip((panel.radius + values[near]) / panel.radius, 0.0, 1.0)[:, None]
    drop = panel.radius * (1.0 - np.sqrt(1.0 - lean**2))
    points = mesh.points + panel.lift * mesh.normals
    normals = mesh.normals.copy()
    points[near] -= drop * mesh.normals[near]
    normals[near] = unit(mesh.normals[near] * np.sqrt(1.0 - lean**2) + across * lean)
    walls = _walls(mesh.moved(points), values, panel)
    face = mesh.moved(points, normals)
    return [(panel.material, face), (panel.wall_material or panel.material, walls)]


def _outward(region: Field, points: Floats, normals: Floats) -> Floats:
    slope = gradient(region, points)
    return unit(slope - (slope * normals).sum(axis=1, keepdims=True) * normals)


def _walls(mesh: Mesh, values: Floats, panel: Panel) -> Mesh:
    """Extrude the cut edges, not those in the car's middle plane, inwards along the normals."""
    edges = open_edges(mesh)
    edges = edges[(np.abs(values[edges]) < 1e-6).all(axis=1)]
    used, inverse = np.unique(edges, return_inverse=True)
    a, b = inverse.reshape(-1, 2).T
    top = mesh.points[used]
    bottom = top - panel.wall * mesh.normals[used]
    out = _outward(panel.region, top, mesh.normals[used])
    low = len(used)
    faces = np.concatenate([np.stack([b, a, a + low], 1), np.stack([b, a + low, b + low], 1)])
    return Mesh(np.concatenate([top, bottom]), np.concatenate([out, out]), faces)

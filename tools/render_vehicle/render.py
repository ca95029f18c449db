"""The car as a Mitsuba scene, and what the path tracer must know of each of its materials."""

from dataclasses import dataclass
from typing import Any

import drjit as dr  # type: ignore[import-not-found]  # comes with mitsuba
import mitsuba as mi
import numpy as np

from .lights import LAMPS
from .mesh import Mesh
from .shapes import Floats
from .studio import BADGE, EMISSION, PAINTED, SPLIT, materials


def _shape(name: str, mesh: Mesh, bsdf: dict[str, Any]) -> Any:
    properties = mi.Properties()
    properties["bsdf"] = mi.load_dict(bsdf)
    shape = mi.Mesh(
        name, len(mesh.points), len(mesh.faces),
        has_vertex_normals=True, has_vertex_texcoords=mesh.uv is not None, props=properties,
    )  # fmt: skip
    values = mi.traverse(shape)
    values["vertex_positions"] = np.ravel(mesh.points).astype(np.float32)
    values["vertex_normals"] = np.ravel(mesh.normals).astype(np.float32)
    values["faces"] = np.ravel(mesh.faces).astype(np.uint32)
    if mesh.uv is not None:
        values["vertex_texcoords"] = np.ravel(mesh.uv).astype(np.float32)
    values.update()
    return shape


@dataclass(frozen=True)
class CarScene:
    """The scene and, by shape, its role: tables are indexed by Dr.Jit's number of the shape."""

    scene: Any
    painted: Any  # Bool: the varnish whose colour is put in afterwards
    split: Any  # Bool: has a mirror reflection that is traced apart at the first hit
    badge: Any  # Bool
    lamp: Any  # UInt32: 0 no lamp, else one more than its place in `lights.LAMPS`
    glow: Any  # Color3f: radiance of lamps

    def look_up(self, table: Any, shape: Any, active: Any) -> Any:
        """Read a table at the shapes hit."""
        return dr.gather(type(table), table, dr.reinterpret_array(mi.UInt32, shape), active)


def load_scene(car: dict[str, Mesh], bsdfs: dict[str, dict[str, Any]] | None = None,
               badge: frozenset[str] = frozenset()) -> CarScene:  # fmt: skip
    """Load the car, one shape a material; `bsdfs` and `badge` tell of materials not ours."""
    known = materials() | (bsdfs or {})
    parts = {name: _shape(name, mesh, known[name]) for name, mesh in car.items()}
    scene = mi.load_dict({"type": "scene"} | parts)
    places = {shape.id(): int(dr.reinterpret_array(mi.UInt32, mi.ShapePtr(shape))[0])
              for shape in scene.shapes()}  # fmt: skip
    size = max(places.values()) + 1

    def flags(names: frozenset[str]) -> Any:
        return mi.Bool(np.isin(np.arange(size), [places[name] for name in names & places.keys()]))

    lamp = np.zeros(size, dtype=np.uint32)
    glow: Floats = np.zeros((size, 3))
    for name, (group, radiance) in EMISSION.items():
        if name in places:
            lamp[places[name]], glow[places[name]] = 1 + LAMPS.index(group), radiance
    return CarScene(
        scene, flags(PAINTED), flags(SPLIT), flags(BADGE | badge),
        mi.UInt32(lamp), mi.Color3f(*np.ascontiguousarray(glow.T, dtype=np.float32)),
    )  # fmt: skip

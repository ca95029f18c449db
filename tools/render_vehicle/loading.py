"""Models of makers: glTF and GLB (trimesh) or USD (usd-core), turned, scaled and put on the road.

Every reader gives pieces: a material's name, a mesh in the file's axes, and the material's own
colour as a Mitsuba BSDF for when the vehicle's JSON maps it to none of ours.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np

from .mesh import Ints, Mesh, joined, unit
from .shapes import Floats
from .studio import materials
from .vehicle import Vehicle

Piece = tuple[str, Mesh, dict[str, Any]]
_TYRE = "tyre"


@dataclass(frozen=True)
class Loaded:
    """A car by material, what its own materials are, its emblem's materials, and its contacts."""

    car: dict[str, Mesh]
    bsdfs: dict[str, dict[str, Any]]
    badge: frozenset[str]
    contacts: Floats


def load_car(file: Path, vehicle: Vehicle) -> Loaded:
    """Load a model file; raises ValueError when it has no triangles or an unknown ending."""
    if file.suffix.lower() in {".glb", ".gltf"}:
        pieces, metres, up = _read_gltf(file), 1.0, "y"
    elif file.suffix.lower() in {".usd", ".usda", ".usdc", ".usdz"}:
        pieces, metres, up = _read_usd(file)
    else:
        raise ValueError(f"{file.name} is neither glTF nor USD")
    if not pieces:
        raise ValueError(f"{file.name} holds no triangles")
    up = vehicle.up or up
    turn = _turn(vehicle.forward or ("z" if up == "y" else "x"), up)
    scale = vehicle.metres or metres
    turned = [(name, mesh.turned(turn), bsdf) for name, mesh, bsdf in pieces]
    return _by_material([(n, m.moved(m.points * scale), b) for n, m, b in turned], vehicle)


def _turn(forward: str, up: str) -> Floats:
    """The rotation that brings a file's axes to ours: x forward, y left, z up."""
    axes = {f"{sign}{name}": float(f"{sign}1") * axis
            for name, axis in zip("xyz", np.eye(3), strict=True) for sign in ("", "-")}  # fmt: skip
    return np.stack([axes[forward], np.cross(axes[up], axes[forward]), axes[up]])


def _by_material(pieces: list[Piece], vehicle: Vehicle) -> Loaded:
    parts: dict[str, list[Mesh]] = {}
    bsdfs: dict[str, dict[str, Any]] = {}
    known, badge = materials().keys(), set[str]()
    for theirs, mesh, bsdf in pieces:
        if any(fnmatchcase(theirs, pattern) for pattern in vehicle.badge):
            name = theirs
            badge.add(name)
        else:
            fits = (ours for like, ours in vehicle.materials.items() if fnmatchcase(theirs, like))
            name = next(fits, theirs)
        if name not in known:
            bsdfs[name] = bsdf
        parts.setdefault(name, []).append(mesh)
    car = {name: joined(meshes) for name, meshes in sorted(parts.items())}
    car, contacts = _on_road(car)
    return Loaded(car, bsdfs, frozenset(badge), contacts)


def _on_road(car: dict[str, Mesh]) -> tuple[dict[str, Mesh], Floats]:
    """Put the tyres on the ground, z = 0, the wheels' middle at the origin; return the contacts.

    Contacts are the middles of the lowest centimetre of each corner's tyre: left rear, left
    front, right front, right rear. Without a material `tyre` the whole car is searched.
    """
    points = car[_TYRE].points if _TYRE in car else np.concatenate([m.points for m in car.values()])
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    corners = []
    for ahead, left in ((-1, 1), (1, 1), (1, -1), (-1, -1)):
        there = points[((points[:, 0] - middle[0]) * ahead > 0)
                       & ((points[:, 1] - middle[1]) * left > 0)]  # fmt: skip
        low = there[there[:, 2] < there[:, 2].min() + 0.01]
        corners.append((low.min(axis=0) + low.max(axis=0)) / 2)
    contacts = np.array(corners)
    start = np.array([contacts[:, 0].mean(), contacts[:, 1].mean(), points[:, 2].min()])
    contacts = (contacts - start) * [1.0, 1.0, 0.0]
    return {name: mesh.moved(mesh.points - start) for name, mesh in car.items()}, contacts


def _plain(colour: Any, metallic: float, roughness: float, picture: Any = None) -> dict[str, Any]:
    """The common glTF and USD surface as a Mitsuba BSDF; `picture` is sRGB bytes or None."""
    base: dict[str, Any] = {"type": "rgb", "value": [float(c) for c in colour[:3]]}
    if picture is not None:
        import mitsuba as mi  # a variant must have been chosen first

        pixels = np.asarray(picture, dtype=np.uint8)[..., :3]
        base = {"type": "bitmap", "bitmap": mi.Bitmap(np.ascontiguousarray(pixels))}
    rough = max(float(roughness), 0.05)
    plain = {"type": "principled", "base_color": base, "metallic": float(metallic),
             "roughness": rough, "specular": 0.5}  # fmt: skip
    return {"type": "twosided", "bsdf": plain}


def _read_gltf(file: Path) -> list[Piece]:
    import trimesh  # type: ignore[import-not-found]  # only for model files

    pieces: list[Piece] = []
    for part in trimesh.load_scene(file).dump(concatenate=False):
        if not isinstance(part, trimesh.Trimesh):
            continue
        look = getattr(part.visual, "material", None)
        name = str(getattr(look, "name", None) or "unnamed")
        uv = getattr(part.visual, "uv", None)
        if uv is not None:
            uv = np.asarray(uv, dtype=np.float64) * [1.0, -1.0] + [0.0, 1.0]  # v runs upwards
        mesh = Mesh(
            np.asarray(part.vertices, dtype=np.float64),
            unit(np.asarray(part.vertex_normals, dtype=np.float64)),
            np.asarray(part.faces, dtype=np.int64), uv,
        )  # fmt: skip
        pieces.append((name, mesh, _gltf_look(look, textured=uv is not None)))
    return pieces


def _gltf_look(look: Any, *, textured: bool) -> dict[str, Any]:
    colour = getattr(look, "baseColorFactor", None)
    colour = np.array([0.5, 0.5, 0.5] if colour is None else colour, dtype=np.float64)
    if colour.max() > 1.0:  # trimesh keeps factors as bytes
        colour = colour / 255.0
    metallic, rough = (getattr(look, name, None) for name in ("metallicFactor", "roughnessFactor"))
    picture = getattr(look, "baseColorTexture", None) if textured else None
    return _plain(colour, 1.0 if metallic is None else metallic,
                  1.0 if rough is None else rough,
                  None if picture is None else picture.convert("RGB"))  # fmt: skip


def _read_usd(file: Path) -> tuple[list[Piece], float, str]:
    from pxr import Usd, UsdGeom, UsdShade  # type: ignore[import-not-found]  # only for model files

    stage = Usd.Stage.Open(str(file))
    places = UsdGeom.XformCache()
    pieces: list[Piece] = []
    for prim in stage.Traverse(Usd.TraverseInstanceProxies()):
        if not prim.IsA(UsdGeom.Mesh):
            continue
        shape = UsdGeom.Mesh(prim)
        place = np.array(places.GetLocalToWorldTransform(prim))
        subsets = UsdGeom.Subset.GetAllGeomSubsets(shape)
        whole = [(prim, None)] if not subsets else [
            (part.GetPrim(), np.array(part.GetIndicesAttr().Get())) for part in subsets
        ]  # fmt: skip
        for owner, chosen in whole:
            look = UsdShade.MaterialBindingAPI(owner).ComputeBoundMaterial()[0]
            name = look.GetPrim().GetName() if look else "unnamed"
            pieces.append((name, _usd_mesh(shape, place, chosen), _usd_look(look)))
    return pieces, UsdGeom.GetStageMetersPerUnit(stage), UsdGeom.GetStageUpAxis(stage).lower()


def _usd_mesh(shape: Any, place: Floats, chosen: Any) -> Mesh:
    """Fan the faces of a USD mesh; each corner is a point of its own, so that edges stay."""
    counts = np.array(shape.GetFaceVertexCountsAttr().Get(), dtype=np.int64)
    corner = np.array(shape.GetFaceVertexIndicesAttr().Get(), dtype=np.int64)
    points = np.array(shape.GetPointsAttr().Get(), dtype=np.float64)
    points = points @ place[:3, :3] + place[3, :3]
    faces = _fans(counts, chosen)
    flat = points[corner[faces]]
    given = shape.GetNormalsAttr().Get()
    if given is not None and len(given) in {len(corner), len(points)}:
        turn = np.linalg.inv(place[:3, :3]).T
        normals = np.array(given, dtype=np.float64) @ turn
        normals = normals[faces] if len(given) == len(corner) else normals[corner[faces]]
    else:
        across = np.cross(flat[:, 1] - flat[:, 0], flat[:, 2] - flat[:, 0])
        normals = np.repeat(across[:, None], 3, axis=1)
    order = np.arange(faces.size).reshape(-1, 3)
    return Mesh(flat.reshape(-1, 3), unit(normals.reshape(-1, 3)), order)


def _fans(counts: Ints, chosen: Any) -> Ints:
    """Return triangles as numbers of corners, for all faces or those chosen."""
    first = np.cumsum(counts) - counts
    wanted = np.arange(len(counts)) if chosen is None else np.asarray(chosen)
    parts = []
    for size in np.unique(counts[wanted]):
        start = first[wanted[counts[wanted] == size]]
        parts += [np.stack([start, start + k, start + k + 1], 1) for k in range(1, size - 1)]
    return np.concatenate(parts)


def _usd_look(look: Any) -> dict[str, Any]:
    values = {"diffuseColor": (0.5, 0.5, 0.5), "metallic": 0.0, "roughness": 0.5}
    source = look.ComputeSurfaceSource()[0] if look else None
    if source:
        for name in values:
            given = source.GetInput(name)
            if given and given.Get() is not None:
                values[name] = given.Get()
    return _plain(values["diffuseColor"], values["metallic"], values["roughness"])  # type: ignore[arg-type]


def export_gltf(car: dict[str, Mesh], file: Path) -> None:
    """Write a car as GLB, y up and z forward, one material a name."""
    import trimesh

    scene = trimesh.Scene()
    turn = _turn("z", "y").T
    for name, mesh in car.items():
        placed = mesh.turned(turn)
        uv = None if mesh.uv is None else mesh.uv * [1.0, -1.0] + [0.0, 1.0]
        look = trimesh.visual.material.PBRMaterial(name=name, baseColorFactor=[128, 128, 128, 255])
        scene.add_geometry(
            trimesh.Trimesh(
                placed.points, placed.faces, vertex_normals=placed.normals, process=False,
                visual=trimesh.visual.TextureVisuals(uv=uv, material=look),
            ),
            geom_name=name,
        )  # fmt: skip
    scene.export(file)

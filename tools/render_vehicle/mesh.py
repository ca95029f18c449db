"""Triangle meshes: made from implicit surfaces, cut along fields, joined, mirrored."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .shapes import Floats

Ints = NDArray[np.int64]
Field = Callable[[Floats, Floats, Floats], Floats]


@dataclass(frozen=True)
class Mesh:
    """Points and unit normals (n, 3) in metres, triangles (m, 3), optional texture coordinates."""

    points: Floats
    normals: Floats
    faces: Ints
    uv: Floats | None = None

    def moved(self, points: Floats, normals: Floats | None = None) -> Mesh:
        """Return the same triangles with other points."""
        return Mesh(points, self.normals if normals is None else normals, self.faces, self.uv)

    def shifted(self, by: tuple[float, float, float]) -> Mesh:
        return self.moved(self.points + np.array(by))

    def turned(self, rotation: Floats) -> Mesh:
        """Return the mesh turned by a 3x3 rotation."""
        return self.moved(self.points @ rotation.T, self.normals @ rotation.T)

    def mirrored(self) -> Mesh:
        """Return the mirror image across the car's middle plane, y = 0."""
        flip = np.array([1.0, -1.0, 1.0])
        return Mesh(self.points * flip, self.normals * flip, self.faces[:, ::-1], self.uv)


def joined(meshes: list[Mesh]) -> Mesh:
    """Join meshes into one; texture coordinates are kept when all parts have them."""
    starts = np.cumsum([0, *(len(mesh.points) for mesh in meshes)])
    faces = [mesh.faces + start for mesh, start in zip(meshes, starts, strict=False)]
    uvs = [mesh.uv for mesh in meshes if mesh.uv is not None]
    return Mesh(
        np.concatenate([mesh.points for mesh in meshes]),
        np.concatenate([mesh.normals for mesh in meshes]),
        np.concatenate(faces),
        np.concatenate(uvs) if len(uvs) == len(meshes) else None,
    )


def triangles(quads: Ints) -> Ints:
    """Halve quads (n, 4), all first halves before all second ones."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def gradient(field: Field, points: Floats, step: float = 2e-4) -> Floats:
    """Differentiate a field numerically at points (n, 3)."""
    rises = [field(*(points + by).T) - field(*(points - by).T) for by in step * np.eye(3)]
    return np.stack(rises, axis=1) / (2 * step)


def unit(vectors: Floats) -> Floats:
    """Scale vectors (n, 3) to length one."""
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return np.asarray(vectors / lengths, dtype=np.float64)


def settle(field: Field, points: Floats, *, steps: int = 4, reach: float = 0.01) -> Floats:
    """Move points onto the zero surface by Newton's method, at most `reach` a step."""
    for _ in range(steps):
        slope = gradient(field, points)
        move = (field(*points.T) / np.maximum((slope**2).sum(axis=1), 1e-6))[:, None] * slope
        length = np.maximum(np.linalg.norm(move, axis=1, keepdims=True), 1e-12)
        points = points - move * np.minimum(1.0, reach / length)
    return points


def _sample(field: Field, axes: list[Floats]) -> NDArray[np.float32]:
    slabs = [
        np.broadcast_to(
            field(rows[:, None, None], axes[1][None, :, None], axes[2][None, None, :]),
            (len(rows), len(axes[1]), len(axes[2])),
        ).astype(np.float32)
        for rows in np.array_split(axes[0], max(1, len(axes[0]) // 12))
    ]
    return np.concatenate(slabs)


def _net_quads(inside: NDArray[np.bool_], index: Ints) -> Ints:
    quads = []
    for axis in range(3):
        low = np.moveaxis(inside, axis, 0)[:-1]
        high = np.moveaxis(inside, axis, 0)[1:]
        cells = np.moveaxis(index, axis, 0)
        a, b, c = np.nonzero(low[:, 1:-1, 1:-1] != high[:, 1:-1, 1:-1])
        ring = [cells[a, b, c], cells[a, b + 1, c], cells[a, b + 1, c + 1], cells[a, b, c + 1]]
        # Moving one axis to the front keeps the handedness for x and z, and flips it for y.
        outward = low[a, b + 1, c + 1] != (axis == 1)
        quad = np.stack(ring, axis=1)
        quads.append(np.where(outward[:, None], quad, quad[:, ::-1]))
    return np.concatenate(quads)


def surface(field: Field, low: tuple[float, ...], high: tuple[float, ...], step: float) -> Mesh:
    """Mesh the zero surface of a field, negative inside, by surface nets settled onto it."""
    axes: list[Floats] = [
        np.arange(a, b + step, step, dtype=np.float64) for a, b in zip(low, high, strict=True)
    ]
    values = _sample(field, axes)
    inside = values < 0
    count = np.zeros(tuple(n - 1 for n in values.shape), dtype=np.int8)
    for corner in itertools.product((0, 1), repeat=3):
        part = zip(corner, count.shape, strict=True)
        count += inside[tuple(slice(at, at + size) for at, size in part)]
    mixed = (count > 0) & (count < 8)
    cells = np.argwhere(mixed)
    index = np.full(mixed.shape, -1, dtype=np.int64)
    index[mixed] = np.arange(len(cells))
    quads = _net_quads(inside, index)
    quads = quads[(quads >= 0).all(axis=1)]
    start = np.stack([axes[k][cells[:, k]] for k in range(3)], axis=1) + step / 2
    points = _relaxed(field, settle(field, start, reach=0.8 * step), quads)
    return Mesh(points, unit(gradient(field, points)), triangles(quads))


def _relaxed(field: Field, points: Floats, quads: Ints, rounds: int = 2) -> Floats:
    for _ in range(rounds):
        total = np.zeros_like(points)
        weight = np.zeros(len(points))
        for k in range(4):
            for other in (1, 3):
                for axis in range(3):
                    total[:, axis] += np.bincount(
                        quads[:, k], points[quads[:, (k + other) % 4], axis], len(points)
                    )
                weight += np.bincount(quads[:, k], minlength=len(points))
        mean = total / np.maximum(weight, 1)[:, None]
        points = settle(field, 0.5 * points + 0.5 * mean, steps=2)
    return points


def split(mesh: Mesh, values: Floats, level: float) -> tuple[Mesh, Floats]:
    """Cut all triangles along the line where a value per point passes `level`."""
    above = values > level
    crossing = np.flatnonzero(np.ptp(above[mesh.faces].astype(np.int8), axis=1) > 0)
    if not len(crossing):
        return mesh, values
    faces = mesh.faces[crossing]
    # Rotate each triangle so that its lone corner, on one side by itself, comes first.
    lone = np.where(above[faces].sum(axis=1) == 1, 1, 0)
    first = np.argmax(above[faces] == lone[:, None].astype(bool), axis=1)
    order = (first[:, None] + np.arange(3)) % 3
    a, b, c = np.take_along_axis(faces, order, axis=1).T
    edges = np.sort(np.concatenate([np.stack([a, b], 1), np.stack([a, c], 1)]), axis=1)
    pairs, inverse = np.unique(edges, axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    ends = values[pairs]
    t = ((level - ends[:, 0]) / (ends[:, 1] - ends[:, 0]))[:, None]

    def mixed(array: Floats) -> Floats:
        return np.concatenate([array, array[pairs[:, 0]] * (1 - t) + array[pairs[:, 1]] * t])

    fresh = len(mesh.points) + inverse
    ab, ac = fresh[: len(a)], fresh[len(a) :]
    pieces = [np.stack([a, ab, ac], 1), np.stack([ab, b, c], 1), np.stack([ab, c, ac], 1)]
    kept = np.delete(mesh.faces, crossing, axis=0)
    uv = None if mesh.uv is None else mixed(mesh.uv)
    faces = np.concatenate([kept, *pieces])
    result = Mesh(mixed(mesh.points), unit(mixed(mesh.normals)), faces, uv)
    return result, np.concatenate([values, np.full(len(pairs), level)])


def kept(mesh: Mesh, wanted: NDArray[np.bool_]) -> tuple[Mesh, Ints]:
    """Keep some triangles; also return which points are left."""
    faces = mesh.faces[wanted]
    used, inverse = np.unique(faces, return_inverse=True)
    uv = None if mesh.uv is None else mesh.uv[used]
    return Mesh(mesh.points[used], mesh.normals[used], inverse.reshape(-1, 3), uv), used


def refined(mesh: Mesh) -> Mesh:
    """Divide every triangle into four at the middles of its edges."""
    edges = np.sort(mesh.faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    pairs, inverse = np.unique(edges, axis=0, return_inverse=True)

    def extended(array: Floats) -> Floats:
        return np.concatenate([array, array[pairs].mean(axis=1)])

    a, b, c = mesh.faces.T
    ab, bc, ca = (len(mesh.points) + inverse.reshape(-1, 3)).T
    corners = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    faces = np.concatenate([np.stack(corner, axis=1) for corner in corners])
    uv = None if mesh.uv is None else extended(mesh.uv)
    return Mesh(extended(mesh.points), unit(extended(mesh.normals)), faces, uv)


def open_edges(mesh: Mesh) -> Ints:
    """Return the directed edges (k, 2) that belong to one triangle only."""
    edges = np.concatenate([mesh.faces[:, [0, 1]], mesh.faces[:, [1, 2]], mesh.faces[:, [2, 0]]])
    key = np.sort(edges, axis=1)
    _, inverse, counts = np.unique(key, axis=0, return_inverse=True, return_counts=True)
    return np.asarray(edges[counts[inverse.reshape(-1)] == 1], dtype=np.int64)

"""Noise that lies flat on the ground, in perspective."""

import numpy as np

from local.painter.colour import Array
from local.painter.noise import coarse_fbm, fbm, smooth
from local.painter.road import flat, lateral
from local.painter.scene import EYE_METRES, Scene

_TILE = 512


def sown(scene: Scene, name: str) -> Array:
    """Make noise that lies flat: finer and wider towards the horizon."""
    canvas, top = scene.canvas, scene.ground_top
    rows = canvas.height - top
    tile = fbm(scene.rng(name), (640, 640), (20, 20), 5)
    drop = canvas.rows[top:] - canvas.horizon
    depth = scene.depth(drop)
    metres = flat(scene)[0] if scene.open_ground else lateral(scene)[0]
    z = np.abs((depth * 26).astype(np.int64) % 1278 - 639)
    x = np.abs((metres * 26).astype(np.int64) % 1278 - 639)
    near = tile[np.broadcast_to(z, x.shape), x]
    soft = coarse_fbm(scene.rng(name + " soft"), (rows, canvas.width), (24, 5), 3)
    clear = smooth(0.004, 0.05, drop / canvas.height)
    return np.asarray(soft * 0.55 + (near * clear + 0.5 * (1 - clear)) * 0.45, np.float32)


def strewn(scene: Scene, name: str, per_metre: float) -> Array:
    """Make fine noise [rows,w] of mean 0 that lies flat, with so many cells along a metre."""
    tile = scene.rng(name).standard_normal((_TILE, _TILE), np.float32)
    return laid(scene, tile, per_metre / _TILE, _TILE)


def laid(scene: Scene, tile: Array, per_metre: float, cells: int) -> Array:
    """Lay a square tile [n,n] on the ground again and again, so many times along a metre.

    It fades where one of its cells, so many along a side, grows too small to see.
    """
    right, ahead, scale = flat(scene)
    size = tile.shape[0]
    u, v = right * np.float32(per_metre * size), ahead * np.float32(per_metre * size)
    column, row = np.floor(u), np.floor(v)
    du, dv = u - column, v - row
    x0, y0 = column.astype(np.int32) % size, row.astype(np.int32) % size
    x1, y1 = (x0 + 1) % size, np.broadcast_to((y0 + 1) % size, x0.shape)
    y0 = np.broadcast_to(y0, x0.shape)
    upper = tile[y0, x0] * (1 - du) + tile[y0, x1] * du
    lower = tile[y1, x0] * (1 - du) + tile[y1, x1] * du
    # Cells are foreshortened: their depth in pixels says whether they can be seen.
    tall = scale * np.float32(EYE_METRES) / ahead / np.float32(per_metre * cells)
    return np.asarray((upper * (1 - dv) + lower * dv) * np.clip(tall / 2, 0, 1), np.float32)

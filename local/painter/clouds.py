"""Clouds: heaped ones as lit balls, layered ones as stretched noise."""

import numpy as np
from PIL import Image

from local.painter.colour import Array, mix, palette, rgb
from local.painter.noise import Generator, coarse_fbm, enlarge, fbm, smooth
from local.painter.scene import Scene


def paint_clouds(scene: Scene) -> None:
    """Paint the clouds that weather and time of day ask for."""
    weather, time = scene.facts.weather, scene.facts.time_of_day
    cover = palette("cloud_cover")[weather]
    if scene.facts.asked.light == "soft" and weather in {"clear", "cloudy"}:
        _layers(scene, 0.85, 0.6)
    elif weather in {"clear", "cloudy"} and time == "day":
        _veils(scene, 0.30)
        _heaps(scene, 5 if weather == "clear" else 10)
    elif weather in {"fog", "sand"}:
        _veils(scene, 0.35)
    elif weather in {"clear", "cloudy"}:
        _layers(scene, cover - (0.08 if scene.light.night else 0), 0.85)
    else:
        _layers(scene, cover, 0.75)


def _colours(scene: Scene) -> tuple[Array, Array]:
    """Return the clouds' shaded and lit colour."""
    light, time = scene.light, scene.facts.time_of_day
    sky = light.stops[2][1]
    if light.night:
        return mix(sky, rgb("#05070f"), 0.35), mix(sky, rgb("#8fa0c0"), 0.28)
    if light.diffuse > 0.6:
        return mix(sky, rgb("#2c333b"), 0.30), mix(sky, rgb("#ffffff"), 0.42)
    if time == "dusk":
        return mix(light.stops[0][1], rgb("#6a3f63"), 0.5), mix(rgb("#ffb070"), rgb("#ffd9a0"), 0.3)
    if time == "dawn":
        return mix(light.stops[1][1], rgb("#a88fa8"), 0.35), rgb("#ffe9cf")
    shade = mix(light.stops[1][1], rgb("#b4c0cf"), 0.6)
    return shade, mix(rgb("#ffffff"), light.haze, 0.12)


def _sheet_of_noise(scene: Scene, name: str) -> Array:
    """Sample noise on a flat ceiling that runs away to the horizon; quarter size of the sky."""
    canvas = scene.canvas
    height, width = int(canvas.horizon) // 3, canvas.width // 3
    tile = fbm(scene.rng(name), (512, 512), (7, 7), 6)
    up = np.linspace(1, 0.02, height, dtype=np.float32)[:, None]
    ahead = 0.9 / (up + 0.10)
    across = (np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :]) * (0.55 + 0.45 * ahead)
    v, u = np.broadcast_arrays(ahead * 190, across * 330 + 256)
    row, column = np.floor(v), np.floor(u)
    dv, du = (v - row).astype(np.float32), (u - column).astype(np.float32)
    upper = tile[_fold(row), _fold(column)] * (1 - du) + tile[_fold(row), _fold(column + 1)] * du
    lower = (
        tile[_fold(row + 1), _fold(column)] * (1 - du)
        + tile[_fold(row + 1), _fold(column + 1)] * du
    )
    return np.asarray(upper * (1 - dv) + lower * dv, np.float32)


def _moved(field: Array, down: int, across: int) -> Array:
    """Read a field some cells further down and across, staying within it."""
    rows = np.clip(np.arange(field.shape[0]) + down, 0, field.shape[0] - 1)
    columns = np.clip(np.arange(field.shape[1]) + across, 0, field.shape[1] - 1)
    return np.asarray(field[np.ix_(rows, columns)], np.float32)


def _fold(at: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Reflect coordinates into 0..511, so that the tile has no seam."""
    return np.abs((at.astype(np.int64) % 1022) - 511)


def _layers(scene: Scene, cover: float, opacity: float) -> None:
    canvas, rows = scene.canvas, int(scene.canvas.horizon)
    noise = _sheet_of_noise(scene, "layers")
    low = 1 - cover
    dense = smooth(low - 0.12, low + 0.34, noise)
    _, y = scene.light.sun_at
    step = max(noise.shape[0] // 60, 1)
    towards = _moved(noise, step if y > 0.3 else -step, step * scene.light.side)
    facing = np.clip(0.48 + (noise - towards) * 3.2 - (noise - 0.5) * 0.7, 0, 1).astype(np.float32)
    shade, lit = _colours(scene)
    mask = enlarge(dense, rows, canvas.width) * np.float32(opacity)
    mask *= np.clip(1.25 - 0.6 * canvas.rows[:rows] / canvas.horizon, 0, 1)
    share = enlarge(facing, rows, canvas.width)[..., None]
    canvas.blend(np.clip(mask, 0, 1), shade + share * (lit - shade))


def _veils(scene: Scene, opacity: float) -> None:
    canvas, rows = scene.canvas, int(scene.canvas.horizon)
    noise = coarse_fbm(scene.rng("veils"), (rows, canvas.width), (9, 3), 5)
    fade = np.sin(np.pi * np.clip(canvas.rows[:rows] / canvas.horizon, 0, 1))
    _, lit = _colours(scene)
    canvas.blend(smooth(0.5, 0.95, noise) * fade * np.float32(opacity), lit)


def _heaps(scene: Scene, count: int) -> None:
    """Heap up cumulus, small and flat near the horizon, large overhead."""
    rng = scene.rng("heaps")
    nearness = np.sort(rng.random(count)) ** 1.3
    for near in nearness:
        width = (0.20 + 0.55 * near) * scene.canvas.breadth
        x = rng.uniform(-0.05, 1.05) * scene.canvas.width
        if scene.light.cast is not None:  # a white cloud opposite the sun would hide its side
            middle = 0.5 * scene.canvas.width
            x = middle + scene.light.side * abs(x - middle)
        base = scene.canvas.horizon * (0.90 - 0.66 * near)
        _heap(scene, rng, (x, base, width), float(near))


def _heap(scene: Scene, rng: Generator, place: tuple[float, float, float], near: float) -> None:
    x, base, width = place
    height = width * float(rng.uniform(0.28, 0.42))
    rows, columns = 150, 300
    depth, lit = _balls(scene, rng, rows, columns)
    ragged = fbm(rng, (rows, columns), (10, 20), 4)
    solid = smooth(0.02, 0.20, depth - (ragged - 0.30) * 0.36) * smooth(0.0, 0.05, depth)
    foot = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    shade_colour, lit_colour = _colours(scene)
    share = np.clip(lit * 0.85 + (ragged - 0.5) * 0.45 - 0.55 * foot**2 + 0.25, 0, 1)
    pixels = np.empty((rows, columns, 4), np.float32)
    pixels[..., :3] = shade_colour + share[..., None] * (lit_colour - shade_colour)
    pixels[..., 3] = solid * smooth(1.0, 0.74, foot) * (0.55 + 0.4 * near)
    picture = Image.fromarray(np.clip(np.rint(pixels * 255), 0, 255).astype(np.uint8))
    size = (max(int(width), 2), max(int(height), 2))
    scaled = picture.resize(size, Image.Resampling.BICUBIC)
    scene.canvas.stamp(scaled, int(x - width / 2), int(base - height))


def _balls(scene: Scene, rng: Generator, rows: int, columns: int) -> tuple[Array, Array]:
    """Pile balls on a flat base; returns their height and how much they face the sun."""
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    depth: Array = np.zeros((rows, columns), np.float32)
    lit: Array = np.zeros((rows, columns), np.float32)
    sun = np.array([scene.light.side * scene.light.sided, -1.0, 0.7], np.float32)
    sun /= np.float32(np.linalg.norm(sun))
    for _ in range(52):
        along = 0.18 + 0.64 * float(rng.beta(2.4, 2.4))
        crown = 1 - abs(along - 0.5) * 2
        radius = float(rng.uniform(0.07, 0.23)) * rows * (0.5 + 0.8 * crown)
        cx = along * columns
        cy = rows * 0.92 - radius * 0.6 - float(rng.random()) * crown * rows * 0.40
        box = _around(cy, radius, rows), _around(cx, radius, columns)
        dx, dy = (x[box] - cx) / radius, (y[box] - cy) / radius
        z2 = 1 - dx * dx - dy * dy
        z = np.sqrt(np.maximum(z2, 0))
        front = (z * radius / rows) > depth[box]
        shine = np.clip(0.5 + 0.5 * (dx * sun[0] + dy * sun[1] + z * sun[2]), 0, 1)
        lit[box] = np.where(front, 0.35 * lit[box] + 0.65 * shine, lit[box])
        depth[box] = np.where(front, z * radius / rows, depth[box])
    return depth, lit


def _around(middle: float, radius: float, most: int) -> slice:
    """Return the rows or columns that a ball can reach, and one more on each side."""
    return slice(max(int(middle - radius) - 1, 0), min(int(middle + radius) + 2, most))

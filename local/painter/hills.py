"""Land against the sky: layered hills, peaks, karst cones and dunes."""

from collections.abc import Callable

import numpy as np

from local.painter.colour import Array, mix, rgb
from local.painter.noise import Generator, coarse_fbm, line, smooth
from local.painter.scene import Scene

Outline = Callable[[Scene, Generator, float, int], Array]


def hill_colour(scene: Scene) -> Array:
    """Choose the colour of wooded slopes near by."""
    if scene.snowy:
        return rgb("#c3cfdd")
    if scene.facts.setting == "desert":
        return rgb("#c8975c")
    table = {"spring": "#6b9350", "summer": "#3f7443", "autumn": "#b2702f", "winter": "#7d7a6c"}
    return rgb(table[scene.facts.season])


def paint_hills(scene: Scene, heights: tuple[float, ...] = (0.15, 0.10, 0.06)) -> None:
    """Paint rounded hills, far to near; heights in picture heights above the horizon."""
    count = len(heights)
    for index, height in enumerate(heights):
        rng = scene.rng(f"hill {index}")
        distance = 1.0 - 0.75 * index / max(count - 1, 1)
        profile = _rolling(scene, rng, height, 2 + index)
        layer(scene, rng, profile, hill_colour(scene), distance)


def paint_ridge(scene: Scene, height: float) -> Array:
    """Paint one rolling ridge and return its outline."""
    rng = scene.rng("ridge")
    profile = _rolling(scene, rng, height, 3)
    layer(scene, rng, profile, hill_colour(scene), 0.3)
    return profile


def _rolling(scene: Scene, rng: Generator, height: float, cells: int) -> Array:
    canvas = scene.canvas
    wave = line(rng, canvas.width, cells, 6, 0.42)
    swell = 0.55 + 0.45 * wave / 1.2
    rise = np.clip(swell, 0.05, 1.3) * height * canvas.span
    return np.asarray(canvas.horizon - rise, np.float32)


def layer(
    scene: Scene,
    rng: Generator,
    profile: Array,
    own: Array,
    distance: float,
    *,
    crag: float = 0.35,
    caps: float = 9.0,
) -> None:
    """Paint one layer of land, sunny on one side, hazy at its foot, snow above caps (0..1)."""
    canvas, light = scene.canvas, scene.light
    mask, top = canvas.below(profile, 1.2)
    bottom = scene.ground_top + 2
    mask = mask[: bottom - top]
    folds, relief = _relief(scene, rng, mask.shape, profile, crag)
    tone = _faced(scene, own, relief, distance)
    patches = smooth(0.45, 0.7, coarse_fbm(rng, mask.shape, (9, 12), 4))[..., None]
    tone += patches * 0.8 * (_faced(scene, _accent(scene, own), relief, distance) - tone)
    down = (canvas.rows[top:bottom] - top) / max(bottom - top, 1)
    if caps < 1:
        snow = smooth(-0.04, 0.04, 1 - down - caps + (folds - 0.5) * 0.5)[..., None]
        tone += snow * (_faced(scene, rgb("#e9eef5"), relief, distance) - tone)
    mist = smooth(0.25, 1.05, down) * np.float32(0.25 + 0.5 * distance * light.haziness)
    canvas.blend(mask, tone + np.clip(mist, 0, 0.95)[..., None] * (light.haze - tone), top)


def _accent(scene: Scene, own: Array) -> Array:
    """Choose what grows in patches on a slope."""
    table = {"spring": "#8fae5a", "summer": "#2f5f3c", "autumn": "#6f7a45", "winter": "#6c7466"}
    if "spires" in scene.facts.features and not scene.snowy:
        return rgb("#3f5a41")
    share = 0.25 if scene.facts.setting == "desert" else 0.6
    return mix(own, rgb("#8a9bab" if scene.snowy else table[scene.facts.season]), share)


def _faced(scene: Scene, own: Array, relief: Array, distance: float) -> Array:
    """Mix a material's shaded and sunny colour by how far each place faces the sun."""
    light = scene.light
    shade, lit = (light.far(c, distance) for c in (light.shaded(own), light.lit(own)))
    return np.asarray(shade + relief[..., None] * (lit - shade), np.float32)


def _relief(
    scene: Scene, rng: Generator, shape: tuple[int, ...], profile: Array, crag: float
) -> tuple[Array, Array]:
    """Return (folds, share of sun): ridges hang from the outline and turn to or from the sun."""
    height, width = shape
    noise = coarse_fbm(rng, (2 * height, width), (5, 13), 5)
    ridged = 1 - np.abs(2 * noise - 1)
    rows = np.arange(height)[:, None] + (height - (profile - profile.min())[None, :]) * 0.8
    columns = np.arange(width)[None, :] + (np.arange(height)[:, None] * 0.25 * crag)
    index = np.clip(rows, 0, 2 * height - 1).astype(np.int32)
    folds = ridged[index, np.clip(columns, 0, width - 1).astype(np.int32)]
    step = max(width // 150, 1)
    sun, sided = scene.light.side, scene.light.sided
    leaning = folds - np.roll(folds, sun * -step, 1)
    slope = np.convolve(np.gradient(profile) * sun, np.ones(15) / 15, "same")
    base = 0.52 + sided * (leaning * (1.5 + 5 * crag) + np.clip(slope * 0.22, -0.25, 0.25)[None, :])
    woods = coarse_fbm(rng, (height, width), (max(height // 9, 4), 110), 2) - 0.5
    return folds, np.clip(base + (folds - 0.5) * 0.2 + woods * 0.35, 0, 1).astype(np.float32)


def paint_peaks(scene: Scene) -> None:
    """Paint mountains: karst cones, stone spires or a high range."""
    features = scene.facts.features
    if "karst" in features:
        _rows_of(scene, _cones, rgb("#5f8466"), (0.30, 0.24, 0.15))
    elif "spires" in features:
        _rows_of(scene, _spires, rgb("#6d6b64"), (0.36, 0.31, 0.21))
    else:
        _rows_of(scene, _range, hill_colour(scene), (0.33, 0.24, 0.13))


def _rows_of(scene: Scene, shape: Outline, own: Array, heights: tuple[float, ...]) -> None:
    caps = 0.45 if "snowcaps" in scene.facts.features else 9.0
    for index, height in enumerate(heights):
        rng = scene.rng(f"peak {index}")
        profile = shape(scene, rng, height, index)
        rocky = 0.4 if "spires" in scene.facts.features else 1.0
        tint = mix(own, hill_colour(scene), (0.2 + 0.25 * index) * rocky)
        layer(
            scene, rng, profile, tint, (0.8, 0.42, 0.13)[index], crag=0.9, caps=caps + 0.2 * index
        )
        sea_of_mist(scene, rng, 0.05 + 0.02 * index, 0.5)


def _lumps(
    scene: Scene, rng: Generator, count: int, sharp: float, wide: tuple[float, float]
) -> Array:
    """Join bell shapes into one outline in 0..1."""
    x = np.linspace(-0.05, 1.05, scene.canvas.width, dtype=np.float32)
    outline = np.zeros_like(x)
    for place in (np.arange(count) + rng.random(count)) / count:
        width = rng.uniform(*wide)
        tall = rng.uniform(0.45, 1.0)
        outline = np.maximum(outline, tall * np.exp(-(np.abs((x - place) / width) ** sharp)))
    return outline


def _cones(scene: Scene, rng: Generator, height: float, index: int) -> Array:
    outline = _lumps(scene, rng, 5 + 2 * index, 2.6, (0.05, 0.10))
    rough = line(rng, scene.canvas.width, 30, 4) * 0.02
    return _standing(scene, outline + rough, height)


def _spires(scene: Scene, rng: Generator, height: float, index: int) -> Array:
    outline = _lumps(scene, rng, 7 + 2 * index, 2.2, (0.03, 0.09))
    teeth = np.abs(line(rng, scene.canvas.width, 26, 5, 0.6)) * 0.20
    return _standing(
        scene, outline * (0.82 + teeth) + line(rng, scene.canvas.width, 60, 3) * 0.02, height
    )


def _range(scene: Scene, rng: Generator, height: float, index: int) -> Array:
    width = scene.canvas.width
    peaks = 0.55 - np.sqrt(line(rng, width, 4 + index, 6, 0.45) ** 2 + 0.003)
    outline = 0.64 + 0.26 * line(rng, width, 2, 2) + 0.42 * peaks
    return _standing(scene, np.clip(outline, 0.1, 1.15).astype(np.float32), height)


def _standing(scene: Scene, outline: Array, height: float) -> Array:
    canvas = scene.canvas
    return (canvas.horizon - outline * height * canvas.span).astype(np.float32)


def sea_of_mist(scene: Scene, rng: Generator, height: float, strength: float) -> None:
    """Lay a bank of mist before a layer of land."""
    canvas = scene.canvas
    rise = (canvas.horizon - canvas.rows) / canvas.span
    bank = np.exp(-((np.maximum(rise, 0) / height) ** 2))
    ragged = coarse_fbm(rng, (canvas.height, canvas.width), (26, 4), 4)
    mask = bank * smooth(0.2, 0.75, ragged + bank * 0.35) * np.float32(strength)
    mask[canvas.rows[:, 0] > canvas.horizon + 2] = 0
    canvas.blend(
        np.clip(mask, 0, 1).astype(np.float32),
        mix(scene.light.haze, rgb("#ffffff"), 0.0 if scene.light.night else 0.25),
    )


def paint_dunes(scene: Scene) -> None:
    """Paint dunes with a sharp crest: sun on one flank, shade on the other."""
    places = scene.rng("dunes").permutation(np.array([0.18, 0.52, 0.84]))
    for index, height in enumerate((0.23, 0.17, 0.10)):
        rng = scene.rng(f"dune {index}")
        _dune(scene, rng, (float(places[index]), height), (0.6, 0.36, 0.12)[index])


def _dune(scene: Scene, rng: Generator, peak: tuple[float, float], distance: float) -> None:
    canvas, light = scene.canvas, scene.light
    at, height = peak
    x = np.linspace(0, 1, canvas.width, dtype=np.float32)
    reach = rng.uniform(0.55, 0.85, 2)
    sides = np.where(x < at, (at - x) / reach[0], (x - at) / reach[1])
    outline = 0.12 + 0.88 * np.clip(1 - sides, 0, 1) ** 1.25 + 0.05 * line(rng, canvas.width, 3, 2)
    profile = _standing(scene, np.asarray(outline, np.float32), height)
    mask, top = canvas.below(profile, 1.2)
    bottom = scene.ground_top + 2
    down = (canvas.rows[top:bottom] - top) / max(bottom - top, 1)
    sun = light.side
    crest = at - sun * (0.20 * down**1.4 + 0.045 * np.sin(down * 6.5 + rng.uniform(0, 6)) * down)
    away = (crest - x[None, :]) * sun
    ripples = coarse_fbm(rng, (bottom - top, canvas.width), (60, 7), 3) - 0.5
    share = 1 - smooth(-0.002, 0.007, away) * (1 - 0.55 * smooth(0.02, 0.6, away))
    share = np.clip(share * (0.80 + 0.2 * (1 - down)) + ripples * 0.16, 0, 1)
    tone = _faced(scene, rgb("#dba862"), share.astype(np.float32), distance)
    mist = smooth(0.55, 1.05, down)[..., None] * np.float32(0.35 * distance + 0.08)
    canvas.blend(mask[: bottom - top], tone + mist * (light.haze - tone), top)

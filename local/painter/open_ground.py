"""Ground without direction: a paved square, gravel, a meadow, a beach, a field of snow."""

from __future__ import annotations

import numpy as np

from local.painter.asked import OpenGround
from local.painter.colour import Array, rgbs
from local.painter.noise import coarse_fbm, smooth
from local.painter.scene import Scene
from local.painter.texture import laid, sown, strewn

_TILE, _STONES, _STONE_METRES = 640, 16, 0.55
# Dark and pale tone; then how strong broad blotches, small ones and grain are.
_SURFACES: dict[OpenGround, tuple[str, float, float, float]] = {
    "square": ("#938f86 #aea89c", 0.45, 0.012, 0.008),
    "gravel": ("#857b6c #aea28f", 0.60, 0.030, 0.026),
    "meadow": ("", 0.80, 0.035, 0.022),
    "beach": ("#c3a577 #ead5aa", 0.60, 0.022, 0.010),
    "snowfield": ("#ccd8e6 #f4f7fb", 0.50, 0.012, 0.006),
}


def paint_open(scene: Scene) -> None:
    """Paint open ground from the horizon to the viewer."""
    canvas, top, light = scene.canvas, scene.ground_top, scene.light
    kind = scene.facts.asked.ground or "square"
    text, broad, small, grain = _SURFACES[kind]
    own = rgbs(text) if text else scene.grass
    if scene.snowy and kind != "snowfield":
        own = rgbs(_SURFACES["snowfield"][0])
    dark, pale = (light.tone(c, s) for c, s in zip(own, (0.55, 0.9), strict=True))
    drop = (canvas.rows[top:] - canvas.horizon) / canvas.height
    blotches = 0.5 + broad * (sown(scene, "open") - 0.5)
    marks = small * strewn(scene, "marks", 5.0) + grain * strewn(scene, "grains", 28.0)
    tone = dark + blotches[..., None] * (pale - dark) + marks[..., None]
    if kind == "square":
        slabs = laid(scene, _stones(scene), 1 / _STONE_METRES / _STONES, 4 * _STONES)
        tone = tone + slabs[..., None]
    fade = np.exp(-drop / 0.035).astype(np.float32)[..., None] * np.float32(0.62)
    canvas.blend(np.ones(marks.shape, np.float32), tone + fade * (light.haze - tone), top)
    if scene.wet:
        _puddles(scene)


def _stones(scene: Scene) -> Array:
    """Paint a tile of irregular stones with dark joints that fits to itself: jittered cells."""
    rng, pitch = scene.rng("stones"), _TILE // _STONES
    spots = rng.uniform(0.15, 0.85, (_STONES, _STONES, 2)).astype(np.float32)
    greys = rng.uniform(-0.016, 0.016, (_STONES, _STONES)).astype(np.float32)
    inner = (np.arange(_TILE, dtype=np.float32) % pitch + 0.5) / pitch
    cell = np.arange(_TILE) // pitch
    near = np.full((2, _TILE, _TILE), 9.0, np.float32)
    tone: Array = np.zeros((_TILE, _TILE), np.float32)
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            at = np.ix_((cell + down) % _STONES, (cell + across) % _STONES)
            dy = spots[..., 0][at] + down - inner[:, None]
            dx = spots[..., 1][at] + across - inner[None, :]
            far = np.hypot(dx, dy)
            tone = np.where(far < near[0], greys[at], tone)
            near[1] = np.minimum(near[1], np.maximum(far, near[0]))
            near[0] = np.minimum(near[0], far)
    return np.asarray(tone - 0.045 * smooth(0.07, 0.02, near[1] - near[0]), np.float32)


def _puddles(scene: Scene) -> None:
    """Let the wet ground mirror the brightness of the sky."""
    canvas, top = scene.canvas, scene.ground_top
    drop = (canvas.rows[top:] - canvas.horizon) / canvas.height
    rows = (canvas.height - top, canvas.width)
    pools = smooth(0.45, 0.75, coarse_fbm(scene.rng("puddles"), rows, (14, 4), 3))
    share = np.clip(0.18 + 0.5 * np.exp(-drop / 0.10) + 0.15 * pools, 0, 0.8)
    canvas.blend(share.astype(np.float32), scene.light.stops[3][1], top)

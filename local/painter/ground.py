"""The ground beside the road: grass, sand, snow or paving, and the water of the open side."""

import numpy as np

from local.painter.asked import OpenGround
from local.painter.colour import Array, mix, rgb, rgbs
from local.painter.country import paint_spring
from local.painter.noise import coarse_fbm, fbm, smooth
from local.painter.road import between, flat, lane_of, lateral, mirrored, outward
from local.painter.scene import Scene
from local.painter.texture import laid, sown, strewn

_WATERY = {"lake", "sea", "river", "bridge"}
_PAVED = {"city", "oldtown"}
_TILE, _STONES, _STONE_METRES = 640, 16, 0.55
# Dark and pale tone; then how strong broad blotches, small ones and grain are.
_SURFACES: dict[OpenGround, tuple[str, float, float, float]] = {
    "square": ("#938f86 #aea89c", 0.45, 0.012, 0.008),
    "gravel": ("#857b6c #aea28f", 0.60, 0.030, 0.026),
    "meadow": ("", 0.80, 0.035, 0.022),
    "beach": ("#c3a577 #ead5aa", 0.60, 0.022, 0.010),
    "snowfield": ("#ccd8e6 #f4f7fb", 0.50, 0.012, 0.006),
}


def has_water(scene: Scene) -> bool:
    """Whether water lies on the open side."""
    return scene.facts.setting in _WATERY or "water" in scene.facts.features


def paint_ground(scene: Scene) -> None:
    """Paint the land below the horizon, then the water cut into it."""
    if scene.open_ground:
        _open(scene)
    else:
        _land(scene)
    if "spring_pool" in scene.facts.features:
        paint_spring(scene)
    elif has_water(scene):
        _water(scene)
    if not scene.open_ground:
        _verge(scene)


def _open(scene: Scene) -> None:
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
        _pools(scene)


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


def _pools(scene: Scene) -> None:
    """Let the wet ground mirror the brightness of the sky."""
    canvas, top = scene.canvas, scene.ground_top
    drop = (canvas.rows[top:] - canvas.horizon) / canvas.height
    rows = (canvas.height - top, canvas.width)
    deep = smooth(0.45, 0.75, coarse_fbm(scene.rng("puddles"), rows, (14, 4), 3))
    share = np.clip(0.18 + 0.5 * np.exp(-drop / 0.10) + 0.15 * deep, 0, 0.8)
    canvas.blend(share.astype(np.float32), scene.light.stops[3][1], top)


def _land(scene: Scene) -> None:
    canvas, top, light = scene.canvas, scene.ground_top, scene.light
    drop = (canvas.rows[top:] - canvas.horizon) / canvas.height
    dark, pale = (light.tone(c, s) for c, s in zip(scene.grass, (0.45, 0.9), strict=True))
    if scene.facts.setting in _PAVED:
        dark, pale = light.tone(rgb("#8e8a82"), 0.5), light.tone(rgb("#b3aea2"), 0.8)
    bands = sown(scene, "land")
    tone = dark + bands[..., None] * (pale - dark)
    if scene.facts.setting == "sea" and not scene.snowy:
        damp, dry = light.tone(rgb("#c9ab7c"), 0.6), light.tone(rgb("#efdcb4"), 0.9)
        tone += _beach(scene)[..., None] * (damp + bands[..., None] * (dry - damp) - tone)
    fade = np.exp(-drop / 0.035).astype(np.float32)[..., None] * np.float32(0.62)
    canvas.blend(np.ones(bands.shape, np.float32), tone + fade * (light.haze - tone), top)


def _beach(scene: Scene) -> Array:
    """Cover the strip of sand between the verge and the sea."""
    past, _ = outward(scene)
    ragged = coarse_fbm(scene.rng("beach"), past.shape, (30, 9), 4)
    return smooth(0.2, 0.9, past - 0.9 * (ragged - 0.2))


def _shore(scene: Scene, past: Array) -> Array:
    """Distance beyond the shore line, in metres."""
    canvas, top = scene.canvas, scene.ground_top
    along = scene.depth(canvas.rows[top:] - canvas.horizon)
    if scene.crossing or scene.open_ground:
        along = flat(scene)[0]
    bay = 0.5 * np.sin(along / 6.0) + 0.9 * np.sin(along / 17.0 + 1.0)
    beach = 1.9 if scene.facts.setting == "sea" else 0.0
    return np.asarray(past - (1.15 + beach) - 0.35 * bay, np.float32)


def _water(scene: Scene) -> None:
    canvas, top, light = scene.canvas, scene.ground_top, scene.light
    past, scale = outward(scene)
    beyond = _shore(scene, past)
    mask = np.clip(beyond * scale + 0.5, 0, 1)
    drop = (canvas.rows[top:] - canvas.horizon) / canvas.height
    mask = np.maximum(mask, smooth(0.012, 0.008, drop) * np.ones_like(mask)).astype(np.float32)
    deep = _deep(scene)
    sheet = _rippled(scene, mirrored(scene, mask.shape[0], 6))
    share = np.clip(0.86 * np.exp(-drop / 0.16), 0.2, 0.9).astype(np.float32)[..., None]
    tone = deep + share * (sheet - deep)
    glints = _glints(scene, mask.shape[0])
    canvas.blend(mask, np.clip(tone + glints[..., None] * light.sun, 0, 1), top)
    foam = between(beyond, scale, -0.22, 0.14) * np.float32(0.45)
    canvas.blend(foam, light.tone(rgb("#f2f0e6"), 0.85), top)


def _deep(scene: Scene) -> Array:
    colours = {"sea": "#1f7f93", "lake": "#3c7a80", "river": "#4c8078"}
    own = rgb(colours.get(scene.facts.setting, "#46757a"))
    deep = scene.light.tone(own, 0.55)
    return mix(deep, scene.light.haze, 0.15 + 0.35 * scene.light.diffuse)


def _rippled(scene: Scene, sheet: Array) -> Array:
    """Shift the mirrored rows sideways by waves that grow towards the viewer."""
    rows, columns = sheet.shape[:2]
    noise = coarse_fbm(scene.rng("ripples"), (rows, columns), (90, 5), 3) - 0.5
    drop = np.arange(rows, dtype=np.float32)[:, None] / scene.canvas.height
    sway = (noise * (0.01 + 0.35 * drop) * scene.canvas.width * 0.6).astype(np.int64)
    lift = (noise * (0.004 + 0.10 * drop) * scene.canvas.height).astype(np.int64)
    x = np.clip(np.arange(columns)[None, :] + sway, 0, columns - 1)
    y = np.clip(np.arange(rows)[:, None] + lift, 0, rows - 1)
    return np.asarray(sheet[y, x], np.float32)


def _glints(scene: Scene, rows: int) -> Array:
    """Light the small waves below the sun or moon."""
    canvas, light = scene.canvas, scene.light
    if light.diffuse > 0.5:
        return np.zeros((rows, canvas.width), np.float32)
    drop = np.arange(rows, dtype=np.float32)[:, None] / canvas.height
    width = 0.03 + 0.55 * drop
    path = np.exp(-(((canvas.columns / canvas.width - light.sun_at[0]) / width) ** 2))
    grain = fbm(scene.rng("glints"), (rows, canvas.width), (190, 26), 2)
    power = {"day": 0.35, "dawn": 0.75, "dusk": 0.85, "night": 0.45}[scene.facts.time_of_day]
    return np.asarray(smooth(0.56, 0.72, grain) * path * power, np.float32)


def _verge(scene: Scene) -> None:
    """Lay kerb or gravel along both edges of the asphalt."""
    (metres, scale), lane = lateral(scene), lane_of(scene)
    light, top = scene.light, scene.ground_top
    stone = rgb("#e6ebf2") if scene.snowy else rgb("#a79c86")
    if scene.facts.setting == "desert":
        stone = scene.grass[1]
    for low, high in ((lane.near_edge, lane.near_edge + 0.4), (lane.far_edge - 0.5, lane.far_edge)):
        scene.canvas.blend(
            between(metres, scale, low, high) * np.float32(0.75), light.tone(stone, 0.7), top
        )

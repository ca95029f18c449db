"""Street lamps and the light they pool on the ground; poles beside the road."""

import itertools
from collections.abc import Iterator

import numpy as np

from local.painter.canvas import Point, Sheet
from local.painter.colour import mix, rgb
from local.painter.planting import posts_of
from local.painter.road import FAR_EDGE, lane_of
from local.painter.scene import EYE_METRES, STAND, Scene
from local.painter.shapes import LAMP, faces, halo

_LIT = {"city", "bridge", "lake", "oldtown", "river", "ice", "sea"}
_FAR = (96.0, 74.0, 55.0, 39.0, 27.0)


def paint_lamps(scene: Scene) -> None:
    """Stand street lamps before the trees; after dark they pool light on the road."""
    facts, asked = scene.facts, scene.facts.asked.light in {"lamps", "dusk"}
    if not asked and facts.setting not in _LIT:
        return
    if scene.light.lamps < 0.5 and facts.setting not in {"city", "bridge"}:
        return
    for right, ahead, way in sorted(_places(scene), key=lambda each: -each[1]):
        _lamp(scene, right, ahead, way)
    if scene.facts.asked.light == "lamps":
        _flood(scene)


def _places(scene: Scene) -> Iterator[tuple[float, float, int]]:
    """Yield metres right and ahead of each lamp, and which way its arm reaches."""
    if scene.open_ground:
        around = itertools.product((62.0, 40.0, 27.0, 19.0), (-1, 1))
        yield from ((way * (3.0 + 0.20 * ahead), ahead, -way) for ahead, way in around)
    elif scene.crossing:
        x = scene.flank * (lane_of(scene).far_edge - 0.9)
        rows = (scene.placed(x, along) for along in np.arange(120.0, -30.0, -11.0).tolist())
        yield from ((right, ahead, 1) for right, ahead in rows if ahead > 11)
    else:
        yield from _both_sides(scene)


def _both_sides(scene: Scene) -> Iterator[tuple[float, float, int]]:
    """Yield the lamps along a road that leads away; on both sides where they light it."""
    asked = scene.facts.asked.light
    for along in (*_FAR, 19.0) if asked in {"lamps", "dusk"} else _FAR:
        yield *scene.placed(scene.side * (FAR_EDGE - 0.6), along), scene.side
    for along in (88.0, 60.0, 41.0, 28.0) if asked == "lamps" else ():
        yield *scene.placed(scene.side * (lane_of(scene).near_edge + 0.6), along), -scene.side


def _lamp(scene: Scene, x: float, z: float, way: int) -> None:
    iron, scale = faces(scene, rgb("#5b6167"), 0.1), scene.scale(z)
    foot, head = scene.seen(x, 0.0, z), scene.seen(x, 6.4, z)
    arm = scene.seen(x + way * 1.3, 6.7, z)
    box = (min(arm[0], foot[0]) - scale, arm[1] - scale, max(arm[0], foot[0]) + scale, foot[1] + 2)
    sheet = Sheet(box)
    sheet.stroke([foot, head, arm], max(0.13 * scale, 0.8), iron.shade)
    bulb = mix(iron.lit, rgb("#fff0c8"), scene.light.lamps)
    sheet.disc(arm[0], arm[1] + 0.08 * scale, 0.34 * scale, 0.13 * scale, bulb)
    sheet.lay_on(scene.canvas)
    if scene.light.lamps > 0.5:
        halo(scene, arm[0], arm[1], 1.3 * scale, LAMP, 0.62 * scene.light.lamps)
        wide = 1.5 if scene.facts.asked.light == "lamps" else 1.0
        _pool(scene, scene.seen(x + way * 2.6, 0.0, z), scale, wide)


def _pool(scene: Scene, place: Point, scale: float, wide: float = 1.0) -> None:
    """Lay a pool of lamplight on the ground."""
    canvas, top = scene.canvas, scene.ground_top
    dx = (canvas.columns - place[0]) / (3.6 * wide * scale)
    dy = (canvas.rows[top:] - place[1]) / (0.55 * wide * scale)
    pool = np.exp(-(dx * dx + dy * dy)) * np.float32(0.30 * scene.light.lamps)
    canvas.glow(pool.astype(np.float32), LAMP, top)


def _flood(scene: Scene) -> None:
    """Lay the light of a lamp outside the picture where the car stands."""
    canvas, top = scene.canvas, scene.ground_top
    drop = np.maximum(canvas.rows[top:] - canvas.horizon, 0.5)
    right = (canvas.columns - 0.5 * canvas.width) * EYE_METRES / drop
    ahead = EYE_METRES * scene.lens / drop
    away = ((right - 1.2 * scene.side) / 4.5) ** 2 + ((ahead - STAND - 0.5) / 4.0) ** 2
    canvas.glow((np.exp(-away) * 0.24).astype(np.float32), LAMP, top)


def paint_posts(scene: Scene) -> None:
    """Stand slim poles on the sun's side, their lit edge towards it."""
    for x, z, tall in sorted(posts_of(scene), key=lambda each: -each[1]):
        steel, scale = faces(scene, rgb("#8b8f90"), min(z / 160, 0.5)), scene.scale(z)
        foot, head = scene.seen(x, 0.0, z), scene.seen(x, tall, z)
        if not -scale < foot[0] < scene.canvas.width + scale:
            continue
        sheet = Sheet((foot[0] - scale, head[1] - 2, foot[0] + scale, foot[1] + 2))
        sheet.stroke([foot, head], max(0.15 * scale, 1.0), steel.shade)
        lit = 0.04 * scale * scene.light.side
        sheet.stroke([(foot[0] + lit, foot[1]), (head[0] + lit, head[1])], 0.06 * scale, steel.lit)
        sheet.lay_on(scene.canvas)

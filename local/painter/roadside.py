"""What stands along the road: rows of trees, tufts, rails and lamps."""

from __future__ import annotations

import numpy as np
from PIL import Image

from local.painter.canvas import Point, Sheet, veiled
from local.painter.coast import paint_sails
from local.painter.colour import mix, rgb
from local.painter.country import paint_yurts
from local.painter.ground import has_water
from local.painter.noise import Generator
from local.painter.oldtown import paint_street
from local.painter.road import FAR_EDGE, NEAR_EDGE
from local.painter.scene import Scene
from local.painter.shapes import LAMP, faces, halo, shade
from local.painter.trees import Kind, tree
from local.painter.tufts import paint_tufts

_HEIGHTS: dict[Kind, float] = {
    "broadleaf": 8.5, "blossom": 6.0, "willow": 7.5, "poplar": 11.0, "conifer": 11.0,
    "bare": 8.5, "palm": 9.0, "bamboo": 9.0, "bush": 1.6,
}  # fmt: skip


def kinds_of(scene: Scene) -> tuple[Kind, ...]:
    """Choose the trees of a scene: the avenue's first, then what is mixed in."""
    facts = scene.facts
    if facts.setting == "bamboo":
        return ("bamboo",)
    if "palms" in facts.features:
        return ("palm",)
    if facts.setting == "desert":
        return ("poplar",) if "poplars" in facts.features else ("bush",)
    return _seasonal_kinds(scene)


def _seasonal_kinds(scene: Scene) -> tuple[Kind, ...]:
    season, setting = scene.facts.season, scene.facts.setting
    if scene.snowy or season == "winter":
        mild = setting in {"city", "oldtown", "lake", "river", "sea"}
        return ("bare", "conifer") if mild else ("conifer", "bare")
    if setting in {"mountain", "ice"}:
        return ("conifer", "blossom" if season == "spring" else "broadleaf")
    if season == "spring":
        return ("blossom", "willow" if has_water(scene) else "broadleaf")
    if season == "summer" and setting in {"lake", "river"}:
        return ("willow", "broadleaf")
    return ("poplar",) if setting == "grassland" else ("broadleaf", "poplar")


def paint_roadside(scene: Scene) -> None:
    """Paint the roadside, far to near."""
    if "sails" in scene.facts.features or scene.facts.setting == "sea":
        paint_sails(scene, 2)
    paint_tufts(scene)
    _rail(scene)
    kinds = kinds_of(scene)
    sprites = {kind: [tree(scene, kind, f"{i}") for i in range(2)] for kind in kinds}
    sprites["bush"] = [tree(scene, "bush", f"{i}") for i in range(2)]
    if scene.facts.setting == "grassland":
        paint_yurts(scene)
    _treeline(scene, sprites[kinds[-1]])
    if scene.facts.setting == "oldtown":
        paint_street(scene, scene.side * (FAR_EDGE - 1.6), 9.0, 120.0)
    else:
        _avenue(scene, kinds, sprites)
    if scene.facts.setting in {"city", "bridge", "lake", "oldtown", "river", "ice", "sea"}:
        _lamps(scene)


def _treeline(scene: Scene, sprites: list[Image.Image]) -> None:
    """Close the far fields with a line of trees."""
    counts = {"country": 46, "tea": 26, "ice": 34, "mountain": 24, "bamboo": 40, "grassland": 7}
    rng, canvas = scene.rng("treeline"), scene.canvas
    for z in np.sort(rng.uniform(120, 260, counts.get(scene.facts.setting, 0)))[::-1]:
        x = float(rng.uniform(10, 0.34 * z)) * float(rng.choice([-1, 1]))
        if x * scene.side > 0 and has_water(scene):
            continue
        place = scene.spot(x, 0.0, float(z))
        size = max(int(float(rng.uniform(5, 9)) * scene.scale(float(z))), 3)
        small = sprites[int(rng.integers(len(sprites)))].resize((size, size), Image.Resampling.BOX)
        veil = min(0.25 + 0.25 * scene.light.haziness, 0.8)
        canvas.stamp(
            veiled(small, scene.light.haze, veil), int(place[0] - size / 2), int(place[1] - size)
        )


def _avenue(scene: Scene, kinds: tuple[Kind, ...], sprites: dict[Kind, list[Image.Image]]) -> None:
    """Line the closed side with trees; leave the open side to the view."""
    rng = scene.rng("avenue")
    gap = {"grassland": 26.0, "desert": 19.0}.get(scene.facts.setting, 8.5)
    z = 150.0
    while z > 13:
        kind = kinds[0] if rng.random() < 0.72 else kinds[-1]
        x = -scene.side * (-FAR_EDGE + float(rng.uniform(1.3, 2.6)))
        _plant(scene, rng, sprites[kind], kind, x, z)
        if rng.random() < 0.5 and scene.facts.setting != "city" and not scene.snowy:
            far_x = -scene.side * (-FAR_EDGE + float(rng.uniform(3.5, 9.0)))
            _plant(scene, rng, sprites["bush"], "bush", far_x, z - 1)
        if rng.random() < 0.22 and not scene.snowy:
            _plant(scene, rng, sprites["bush"], "bush", scene.side * (NEAR_EDGE + 1.3), z)
        z -= gap * float(rng.uniform(0.8, 1.2)) * (0.45 + 0.55 * min(z / 40, 1.6))


def _plant(
    scene: Scene, rng: Generator, sprites: list[Image.Image], kind: Kind, x: float, z: float
) -> None:
    """Stand one tree on the ground, with its shadow."""
    picture = sprites[int(rng.integers(len(sprites)))]
    height = _HEIGHTS[kind] * float(rng.uniform(0.82, 1.15)) * scene.scale(z)
    foot_x, foot_y = scene.spot(x, 0.0, z)
    _shadow(scene, foot_x, foot_y, height)
    size = max(int(height), 3)
    scaled = picture.resize((size, size), Image.Resampling.BICUBIC)
    if rng.random() < 0.5 and scene.light.diffuse > 0.6:
        scaled = scaled.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    veil = float(1 - np.exp(-z / 130 * scene.light.haziness))
    scene.canvas.stamp(
        veiled(scaled, scene.light.haze, veil), int(foot_x - size / 2), int(foot_y - size * 0.99)
    )


def _shadow(scene: Scene, x: float, y: float, height: float) -> None:
    """Darken the ground softly at a tree's foot, away from the sun."""
    light = scene.light
    strength = 0.60 * (1 - light.diffuse) + 0.15
    away = -1 if light.sun_at[0] > 0.5 else 1
    reach = (height * 0.34, height * 0.030)
    shade(scene, (x + away * reach[0] * 0.5, y), reach, light.shaded(rgb("#3a3f3a")), strength)


def _rail(scene: Scene) -> None:
    """Run a guard rail along the open side where the land falls to water or a valley."""
    setting = scene.facts.setting
    if not (has_water(scene) or setting == "mountain") or setting in {"oldtown", "sea", "desert"}:
        return
    canvas, x = scene.canvas, scene.side * (NEAR_EDGE + 0.75)
    sheet = Sheet((0, canvas.horizon - 2, canvas.width, canvas.height * 0.86))
    light = scene.light
    steel, dark = light.tone(rgb("#d9dad6"), 0.8), light.shaded(rgb("#8d8f90"))
    for z in (float(d) for d in np.arange(90, 6, -3.0)):
        a, b = scene.spot(x, 0.0, z), scene.spot(x, 0.72, z)
        sheet.stroke([a, b], 0.09 * scene.scale(z), dark)
    depths = np.geomspace(160, 5.5, 40)
    for low, high, colour in ((0.46, 0.72, steel), (0.44, 0.50, dark), (0.57, 0.61, dark)):
        upper = [scene.spot(x, high, float(z)) for z in depths]
        lower = [scene.spot(x, low, float(z)) for z in depths[::-1]]
        sheet.polygon(upper + lower, colour)
    sheet.lay_on(canvas)


def _lamps(scene: Scene) -> None:
    """Stand street lamps before the trees; after dark they pool light on the road."""
    if scene.light.lamps < 0.5 and scene.facts.setting not in {"city", "bridge"}:
        return
    iron = faces(scene, rgb("#5b6167"), 0.1)
    for z in (96.0, 74.0, 55.0, 39.0, 27.0):
        scale = scene.scale(z)
        x = scene.side * (FAR_EDGE - 0.6)
        foot, head = scene.spot(x, 0.0, z), scene.spot(x, 6.4, z)
        arm = scene.spot(x + scene.side * 1.3, 6.7, z)
        sheet = Sheet(
            (
                min(arm[0], foot[0]) - scale,
                arm[1] - scale,
                max(arm[0], foot[0]) + scale,
                foot[1] + 2,
            )
        )
        sheet.stroke([foot, head, arm], max(0.13 * scale, 0.8), iron.shade)
        bulb = mix(iron.lit, rgb("#fff0c8"), scene.light.lamps)
        sheet.disc(arm[0], arm[1] + 0.08 * scale, 0.34 * scale, 0.13 * scale, bulb)
        sheet.lay_on(scene.canvas)
        if scene.light.lamps > 0.5:
            halo(scene, arm[0], arm[1], 1.3 * scale, LAMP, 0.62 * scene.light.lamps)
            _pool(scene, scene.spot(x + scene.side * 2.6, 0.0, z), scale)


def _pool(scene: Scene, place: Point, scale: float) -> None:
    """Lay a pool of lamplight on the ground."""
    canvas, top = scene.canvas, scene.ground_top
    dx = (canvas.columns - place[0]) / (3.6 * scale)
    dy = (canvas.rows[top:] - place[1]) / (0.55 * scale)
    pool = np.exp(-(dx * dx + dy * dy)) * np.float32(0.30 * scene.light.lamps)
    canvas.glow(pool.astype(np.float32), LAMP, top)

"""What stands along the road: rows of trees, tufts, rails and lamps."""

from __future__ import annotations

import numpy as np
from PIL import Image

from local.painter.canvas import Sheet, veiled
from local.painter.coast import paint_sails
from local.painter.colour import rgb
from local.painter.country import paint_yurts
from local.painter.ground import has_water
from local.painter.lamps import paint_lamps, paint_posts
from local.painter.oldtown import paint_street
from local.painter.planting import Sprites, Stand, kinds_of, railed
from local.painter.road import FAR_EDGE, lane_of
from local.painter.scene import EYE_METRES, Scene
from local.painter.shapes import shade
from local.painter.tufts import paint_tufts


def paint_roadside(scene: Scene, stands: tuple[Stand, ...], sprites: Sprites) -> None:
    """Paint the roadside, far to near."""
    if "sails" in scene.facts.features or scene.facts.setting == "sea":
        paint_sails(scene, 2)
    paint_tufts(scene)
    if railed(scene):
        _rail(scene)
    if scene.facts.setting == "grassland":
        paint_yurts(scene)
    _treeline(scene, sprites[kinds_of(scene)[-1]])
    if scene.facts.setting == "oldtown" and not (scene.crossing or scene.open_ground):
        paint_street(scene, scene.side * (FAR_EDGE - 1.6), 9.0, 120.0)
    for stand in stands:
        _plant(scene, sprites[stand.kind][stand.number], stand)
    paint_posts(scene)
    paint_lamps(scene)


def _treeline(scene: Scene, sprites: list[Image.Image]) -> None:
    """Close the far fields with a line of trees."""
    counts = {"country": 46, "tea": 26, "ice": 34, "mountain": 24, "bamboo": 40, "grassland": 7}
    rng, canvas = scene.rng("treeline"), scene.canvas
    for z in np.sort(rng.uniform(120, 260, counts.get(scene.facts.setting, 0)))[::-1]:
        x = float(rng.uniform(10, 0.34 * z)) * float(rng.choice([-1, 1]))
        if x * scene.side > 0 and has_water(scene):
            continue
        place = scene.seen(x, 0.0, float(z))
        size = max(int(float(rng.uniform(5, 9)) * scene.scale(float(z))), 3)
        small = sprites[int(rng.integers(len(sprites)))].resize((size, size), Image.Resampling.BOX)
        veil = min(0.25 + 0.25 * scene.light.haziness, 0.8)
        canvas.stamp(
            veiled(small, scene.light.haze, veil), int(place[0] - size / 2), int(place[1] - size)
        )


def _plant(scene: Scene, picture: Image.Image, stand: Stand) -> None:
    """Paint one tree on the ground, with the shade at its foot."""
    height = stand.height * scene.scale(stand.ahead)
    foot_x, foot_y = scene.seen(stand.right, 0.0, stand.ahead)
    _shadow(scene, foot_x, foot_y, height)
    size = max(int(height), 3)
    scaled = picture.resize((size, size), Image.Resampling.BICUBIC)
    if stand.flipped:
        scaled = scaled.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    veil = float(1 - np.exp(-stand.ahead / 130 * scene.light.haziness))
    scene.canvas.stamp(
        veiled(scaled, scene.light.haze, veil), int(foot_x - size / 2), int(foot_y - size * 0.99)
    )


def _shadow(scene: Scene, x: float, y: float, height: float) -> None:
    """Darken the ground softly at a tree's foot, away from the sun."""
    light = scene.light
    strength = 0.60 * (1 - light.diffuse) + 0.15
    away = -light.side * light.sided
    if light.cast is not None:
        strength, away = 0.3, 0.4 * away
    reach = (height * 0.34, height * 0.030)
    shade(scene, (x + away * reach[0] * 0.5, y), reach, light.shaded(rgb("#3a3f3a")), strength)


def _rail(scene: Scene) -> None:
    """Run a guard rail along the open side where the land falls to water or a valley."""
    canvas, lane = scene.canvas, lane_of(scene)
    x = scene.side * (lane.near_edge + 0.75)
    posts, depths = np.arange(90, 6, -3.0).tolist(), np.geomspace(160, 5.5, 40).tolist()
    if scene.crossing:
        x = scene.flank * (lane.far_edge - 0.75)
        posts, depths = np.arange(150, -30, -3.0).tolist(), np.linspace(240, -30, 60).tolist()
    posts, depths = _ahead(scene, x, posts), _ahead(scene, x, depths)
    deepest = canvas.horizon + EYE_METRES * scene.lens / 5.5
    sheet = Sheet((0, canvas.horizon - 2, canvas.width, min(deepest, canvas.height)))
    light = scene.light
    steel, dark = light.tone(rgb("#d9dad6"), 0.8), light.shaded(rgb("#8d8f90"))
    for z in posts:
        a, b = scene.spot(x, 0.0, z), scene.spot(x, 0.72, z)
        sheet.stroke([a, b], 0.09 * scene.scale(scene.placed(x, z)[1]), dark)
    for low, high, colour in ((0.46, 0.72, steel), (0.44, 0.50, dark), (0.57, 0.61, dark)):
        upper = [scene.spot(x, high, z) for z in depths]
        lower = [scene.spot(x, low, z) for z in depths[::-1]]
        sheet.polygon(upper + lower, colour)
    sheet.lay_on(canvas)


def _ahead(scene: Scene, x: float, places: list[float]) -> list[float]:
    """Keep the places along the road that lie well ahead of the eye."""
    return [z for z in places if scene.placed(x, z)[1] >= 5.4]

"""What stands and lies along the road: rows of trees, rails, lamps, grass, flowers, leaves."""

import numpy as np
from PIL import Image

from local.painter.canvas import Sheet, veiled
from local.painter.coast import paint_sails
from local.painter.colour import Array, palette, rgb, rgbs
from local.painter.country import paint_yurts
from local.painter.ground import has_water
from local.painter.lamps import paint_lamps, paint_posts
from local.painter.oldtown import paint_street
from local.painter.planting import Sprites, Stand, kinds_of, railed
from local.painter.road import FAR_EDGE, NEAR_EDGE, OPEN_METRES, lane_of
from local.painter.scene import EYE_METRES, STAND, Scene
from local.painter.shapes import shade


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


def paint_tufts(scene: Scene) -> None:
    """Paint what grows and lies beside the road, far to near."""
    facts = scene.facts
    if scene.open_ground and facts.asked.ground != "meadow":
        return
    if facts.setting not in {"city", "oldtown"} or scene.snowy or scene.open_ground:
        _grass(scene, 240 if facts.setting == "desert" or scene.snowy else 2600)
    if not scene.snowy and facts.setting != "desert":
        if facts.season == "autumn" and "palms" not in facts.features:
            _litter(scene, rgbs("#b5531d #d9822b #eab54a #8f3a1a"), 0.042)
        elif facts.season == "spring" and facts.setting not in {"grassland", "bamboo"}:
            _litter(scene, rgbs("#f3c3cf #fbe3e6 #e9a4b8"), 0.024)


def _sheet(scene: Scene) -> Sheet:
    canvas = scene.canvas
    return Sheet((0, canvas.horizon - 0.01 * canvas.height, canvas.width, canvas.height))


def _depths(rng: np.random.Generator, count: int, near: float, far: float) -> Array:
    """Scatter distances so that they lie evenly in the picture, far ones first."""
    return np.sort(1 / rng.uniform(1 / far, 1 / near, count))[::-1].astype(np.float32)


def _grass(scene: Scene, count: int) -> None:
    """Stroke blades along both verges, flowers among them."""
    facts, rng, light, sheet = scene.facts, scene.rng("grass"), scene.light, _sheet(scene)
    dark, pale = scene.grass
    if scene.snowy:
        dark, pale = rgbs("#8f856a #b5a981")
    tones = [light.shaded(dark), light.tone(dark, 0.6), light.tone(pale, 0.7), light.lit(pale)]
    petals = [light.tone(c, 0.8) for c in rgbs(palette("flowers")[scene.facts.season])]
    flowering = 0.10 if scene.facts.season in {"spring", "summer"} and count > 1000 else 0.0
    strip = 0.45 if facts.setting == "sea" else 1.1 if has_water(scene) else 6.0
    near = 6.2 if not (scene.crossing or scene.open_ground) else 3.7
    for z in _depths(rng, count, near, 60.0):
        right, ahead = _beside(scene, rng, float(z), strip)
        if not _grows(scene, right, ahead):
            continue
        foot_x, foot_y = scene.seen(right, 0.0, ahead)
        tall = scene.scale(ahead) * float(rng.uniform(0.06, 0.24))
        tip = (foot_x + tall * float(rng.normal(0, 0.3)), foot_y - tall)
        tone = light.far(tones[int(rng.integers(4))], min(float(z) / 150, 1))
        sheet.stroke([(foot_x, foot_y), tip], max(tall * 0.10, 0.4), tone)
        if rng.random() < flowering:
            sheet.disc(*tip, tall * 0.14, tall * 0.12, petals[int(rng.integers(3))])
    sheet.lay_on(scene.canvas)


def _beside(scene: Scene, rng: np.random.Generator, z: float, strip: float) -> tuple[float, float]:
    """Choose a place on a verge: metres right and ahead."""
    if scene.crossing or scene.open_ground:
        reach = 0.55 * scene.canvas.width / scene.lens * z
        return float(rng.uniform(-reach, reach)), z
    if rng.random() < 0.6:
        x = NEAR_EDGE + 0.25 + rng.random() ** 1.6 * strip
    else:
        x = FAR_EDGE - 0.3 - rng.random() ** 1.6 * 7
    return scene.placed(scene.side * float(x), z)


def _grows(scene: Scene, right: float, ahead: float) -> bool:
    """Whether grass grows at a place: not on the road, in the water, or where the car stands."""
    if scene.open_ground:
        wet = has_water(scene) and ahead > OPEN_METRES
        return not wet and (right / 3.6) ** 2 + ((ahead - STAND) / 4.5) ** 2 > 1
    if not scene.crossing:
        return True
    lane = lane_of(scene)
    metres = scene.across(right, ahead)
    shore = lane.far_edge - (1.1 if has_water(scene) else 7.0)
    return metres > lane.near_edge + 0.25 or shore < metres < lane.far_edge - 0.3


def _litter(scene: Scene, colours: list[Array], size: float) -> None:
    """Strew leaves or petals over verges and the edges of the asphalt."""
    rng, sheet = scene.rng("litter"), _sheet(scene)
    tones = [scene.light.tone(c, s) for c in colours for s in (0.45, 0.9)]
    for z in _depths(rng, 2000, 5.4, 70.0):
        drift = abs(float(rng.normal(0, 0.55)))
        x = NEAR_EDGE + 0.5 - drift if rng.random() < 0.55 else FAR_EDGE - 0.8 + 2.0 * drift
        if scene.crossing:
            x = x + lane_of(scene).far_edge - FAR_EDGE if x < 0 else x + 0.5
        right, ahead = scene.placed(scene.flank * x, float(z))
        if ahead < 4.6 or (scene.crossing and x > 0 and rng.random() < 0.5):
            continue
        px, py = scene.seen(right, 0.0, ahead)
        scale = size * scene.scale(ahead) * float(rng.uniform(0.6, 1.3))
        sheet.disc(px, py, scale, scale * 0.42, tones[int(rng.integers(len(tones)))], 0.9)
    sheet.lay_on(scene.canvas)

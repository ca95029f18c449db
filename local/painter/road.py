"""The road in the foreground: asphalt in perspective, its lines, snow, sand and wet on it."""

from dataclasses import dataclass

import numpy as np

from local.painter.colour import Array, mix, rgb
from local.painter.noise import coarse_fbm, enlarge, smooth
from local.painter.scene import EYE_METRES, STAND, Scene

# Metres from the middle of the lane the car stands in, towards its near edge.
NEAR_EDGE, NEAR_LINE, DASHES, FAR_LINE, FAR_EDGE = 2.25, 1.82, -1.74, -4.5, -4.95
# Metres ahead at which ground without direction ends, where water lies behind it.
OPEN_METRES = 26.0


@dataclass(frozen=True)
class Lane:
    """Where edges and lines of a road run, in metres from the middle of the car's lane."""

    near_edge: float = NEAR_EDGE
    near_line: float = NEAR_LINE
    dashes: float = DASHES
    far_line: float = FAR_LINE
    far_edge: float = FAR_EDGE


def lane_of(scene: Scene) -> Lane:
    """Return the road's measures; one that runs across the view is wide.

    A small car stands further away, and so further across such a road: no line is to run under it.
    """
    if not scene.crossing:
        return Lane()
    dashes = -1.9 - 9.0 * abs(float(np.sin(scene.turn)))
    return Lane(2.8, 2.35, dashes, dashes - 2.8, dashes - 3.3)


def flat(scene: Scene) -> tuple[Array, Array, Array]:
    """Return (metres right, metres ahead, pixels a metre) of the ground rows."""
    canvas, top = scene.canvas, scene.ground_top
    drop = np.maximum(canvas.rows[top:] - canvas.horizon, 0.5)
    scale = drop / np.float32(EYE_METRES)
    middle = 0.5 * canvas.width + scene.shift(drop)
    right = ((canvas.columns - middle) / scale).astype(np.float32)
    return right, np.asarray(scene.lens / scale, np.float32), scale


def lateral(scene: Scene) -> tuple[Array, Array]:
    """Return (metres across, pixels a metre) of the ground rows, positive to the near edge."""
    right, ahead, scale = flat(scene)
    if not scene.turn:
        return right * np.float32(scene.side), scale
    sine, cosine = np.float32(np.sin(scene.turn)), np.float32(np.cos(scene.turn))
    across = right * cosine - (ahead - np.float32(STAND)) * sine
    steepness = np.hypot(cosine, (ahead * sine - right * cosine) / np.float32(EYE_METRES))
    return across * np.float32(scene.flank), np.asarray(scale / steepness, np.float32)


def outward(scene: Scene) -> tuple[Array, Array]:
    """Return (metres past the road's edge on the open side, pixels a metre) of the ground rows."""
    if scene.open_ground:
        _, ahead, scale = flat(scene)
        return ahead - np.float32(OPEN_METRES), scale * np.float32(EYE_METRES) / ahead
    (metres, scale), lane = lateral(scene), lane_of(scene)
    if scene.crossing:
        return np.float32(lane.far_edge) - metres, scale
    return metres - np.float32(lane.near_edge), scale


def _along(scene: Scene) -> Array:
    """Return how far along the road the ground rows lie, in metres."""
    right, ahead, _ = flat(scene)
    if not scene.turn:
        return ahead
    sine, cosine = np.float32(np.sin(scene.turn)), np.float32(np.cos(scene.turn))
    return right * sine + (ahead - np.float32(STAND)) * cosine + np.float32(STAND)


def between(metres: Array, scale: Array, low: float, high: float) -> Array:
    """Cover the strip between two distances from the lane's middle, with soft edges."""
    inside = np.minimum(metres - low, high - metres) * scale + 0.5
    thin = np.minimum(1, (high - low) * scale)
    return np.asarray(np.clip(inside, 0, 1) * thin, np.float32)


def paint_road(scene: Scene) -> None:
    """Paint asphalt, lines and weather on the ground already there."""
    if scene.open_ground:
        return
    (metres, scale), lane = lateral(scene), lane_of(scene)
    asphalt = between(metres, scale, lane.far_edge, lane.near_edge)
    _asphalt(scene, asphalt, metres)
    if (
        scene.light.cast is None
        and scene.light.diffuse < 0.5
        and scene.facts.setting not in {"desert", "grassland", "sea"}
    ):
        _dapple(scene, asphalt, metres)
    if scene.wet:
        _shine(scene, asphalt)
    _lines(scene, metres, scale, 0.35 if scene.snowy else 0.85)
    if scene.snowy:
        _snow(scene, asphalt, metres)
    elif scene.facts.setting == "desert" or scene.facts.weather == "sand":
        _drifts(scene, asphalt, metres)


def asphalt_colour(scene: Scene) -> Array:
    """Choose the asphalt's own colour: warm in autumn and sand, blue-grey in the rain."""
    if scene.wet:
        return rgb("#4c555d")
    if scene.facts.setting == "desert" or scene.facts.season == "autumn":
        return rgb("#84735f")
    return rgb("#74777c")


def _asphalt(scene: Scene, mask: Array, metres: Array) -> None:
    canvas, top, light = scene.canvas, scene.ground_top, scene.light
    drop = canvas.rows[top:] - canvas.horizon
    own = asphalt_colour(scene)
    near, far = light.tone(own, 0.72), light.far(light.tone(own, 0.9), 0.28)
    fade = np.exp(-drop / (0.075 * canvas.height)).astype(np.float32)[..., None]
    worn = np.exp(-(((np.abs(metres) - 0.78) / 0.33) ** 2)) * 0.016
    patches = coarse_fbm(scene.rng("asphalt"), mask.shape, (7, 4), 5) - 0.5
    tone = (worn + patches * 0.035).astype(np.float32)[..., None]
    foreground = smooth(0.68, 1.0, drop / (canvas.height - canvas.horizon))[..., None] * 0.055
    canvas.blend(mask, near + fade * (far - near) + tone - foreground, top)
    _sheen(scene, mask)


def _sheen(scene: Scene, mask: Array) -> None:
    """Let a low sun gleam along the asphalt."""
    canvas, light, top = scene.canvas, scene.light, scene.ground_top
    power = {"dawn": 0.22, "day": 0.07, "dusk": 0.26, "night": 0.05}[scene.facts.time_of_day]
    drop = (canvas.rows[top:] - canvas.horizon) / canvas.height
    middle = light.sun_at[0] + (0.5 - light.sun_at[0]) * np.clip(drop * 2.2, 0, 1)
    across = (canvas.columns / canvas.width - middle) / (0.10 + 0.7 * drop)
    gleam = np.exp(-(across**2)) * np.exp(-drop / 0.16) * power * (1 - 0.8 * light.diffuse)
    canvas.glow((mask * gleam).astype(np.float32), mix(light.sun, rgb("#ffc27a"), 0.4), top)


def _dapple(scene: Scene, mask: Array, metres: Array) -> None:
    """Let the avenue's shade fall over the far side of the road when the sun stands behind it."""
    if scene.light.side == scene.side:
        return
    canvas, top = scene.canvas, scene.ground_top
    leafy = coarse_fbm(scene.rng("dapple"), mask.shape, (34, 14), 4)
    reach = smooth(-0.8, -3.4, metres + (leafy - 0.5) * 3.2)
    shade = reach * smooth(0.30, 0.62, leafy + 0.2 * reach) * np.float32(0.5)
    canvas.blend((mask * shade).astype(np.float32), scene.light.shaded(rgb("#4b5060")), top)


def _shine(scene: Scene, mask: Array) -> None:
    """Mirror the blurred scene in the wet road, more so far away and in puddles."""
    canvas, top = scene.canvas, scene.ground_top
    rows = canvas.height - top
    mirror = mirrored(scene, rows, 26)
    drop = (canvas.rows[top:] - canvas.horizon) / canvas.height
    puddles = smooth(0.50, 0.72, coarse_fbm(scene.rng("puddles"), (rows, canvas.width), (16, 3), 3))
    share = np.clip(0.30 + 0.45 * np.exp(-drop / 0.10) + 0.16 * puddles, 0, 0.85)
    canvas.blend(mask * share.astype(np.float32), mirror, top)


def mirrored(scene: Scene, rows: int, blur: int) -> Array:
    """Flip what stands above the horizon into a number of rows, blurred mostly downwards."""
    canvas, top = scene.canvas, scene.ground_top
    source = canvas.rgb[:top][::-1]
    small = source[:: max(blur // 2, 1), :: max(blur // 6, 1)]
    height = max(int(small.shape[0] * rows / top), 2)
    channels = [enlarge(small[:height, :, i], rows, canvas.width) for i in range(3)]
    return np.stack(channels, -1)


def _lines(scene: Scene, metres: Array, scale: Array, strength: float) -> None:
    canvas, top, lane = scene.canvas, scene.ground_top, lane_of(scene)
    paint = scene.light.tone(rgb("#e9e6da"), 0.7)
    edge = between(metres, scale, lane.near_line - 0.07, lane.near_line + 0.07)
    edge += between(metres, scale, lane.far_line - 0.07, lane.far_line + 0.07)
    depth = _along(scene)
    on = smooth(0.02, 0.06, np.abs((depth / 9.0 + 0.35) % 1 - 0.5) - 0.22)
    dashes = between(metres, scale, lane.dashes - 0.075, lane.dashes + 0.075)
    dashes = dashes * np.where(depth > 90, 0.5, on)
    worn = 0.75 + 0.25 * coarse_fbm(scene.rng("paint"), metres.shape, (60, 40), 2)
    canvas.blend(np.clip(edge + dashes, 0, 1) * worn * np.float32(strength), paint, top)


def _snow(scene: Scene, mask: Array, metres: Array) -> None:
    """Leave packed snow on the road, thinner in the two wheel tracks."""
    canvas, top = scene.canvas, scene.ground_top
    rough = coarse_fbm(scene.rng("snow"), mask.shape, (13, 8), 5)
    away = np.abs(np.abs(metres + 0.12 * (rough - 0.5)) - 0.80)
    tracks = smooth(0.26, 0.12, away) * (0.8 + 0.7 * (rough - 0.5))
    cover = np.clip(0.92 - 0.14 * tracks, 0, 1).astype(np.float32)
    lane = lane_of(scene)
    sides = smooth(lane.near_edge - 0.75, lane.near_edge - 0.05, metres)
    sides = sides + smooth(lane.far_edge + 1.05, lane.far_edge + 0.15, metres)
    cover = np.clip(cover + sides, 0, 1)
    snow = scene.light.tone(rgb("#f1f4f8"), 0.80)
    shade = scene.light.tone(rgb("#c9d4e4"), 0.55)
    share = np.clip(0.72 + 0.5 * (rough - 0.5) - 0.26 * tracks, 0, 1)
    tone = shade + share[..., None] * (snow - shade)
    canvas.blend((mask * cover).astype(np.float32), tone, top)


def _drifts(scene: Scene, mask: Array, metres: Array) -> None:
    canvas, top = scene.canvas, scene.ground_top
    noise = coarse_fbm(scene.rng("drift"), mask.shape, (30, 3), 4)
    near, far = lane_of(scene).near_edge, lane_of(scene).far_edge
    rim = smooth(near - 1.55, near + 0.35, metres + noise * 1.2)
    rim = rim + smooth(far + 1.95, far - 0.25, metres - noise * 1.2)
    share = np.clip(rim * 0.85 + smooth(0.55, 0.9, noise) * 0.25, 0, 0.95)
    canvas.blend((mask * share).astype(np.float32), scene.light.tone(scene.grass[1], 0.75), top)

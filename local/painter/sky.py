"""Sky, sun, moon and stars."""

import numpy as np

from local.painter.canvas import Sheet
from local.painter.clouds import paint_clouds
from local.painter.colour import Array, mix, ramp, rgb, rgbs
from local.painter.noise import coarse_fbm, smooth
from local.painter.scene import Scene


def paint_sky(scene: Scene) -> None:
    """Paint everything above the horizon that has no ground under it."""
    _gradient(scene)
    if scene.light.night:
        _stars(scene)
    _sun_glow(scene)
    if scene.light.cast is None and (scene.light.diffuse < 0.75 or scene.facts.weather == "fog"):
        _disc(scene)
    paint_clouds(scene)
    if scene.facts.time_of_day == "dusk" and scene.light.diffuse > 0.5:
        _afterglow(scene)
    if scene.light.cast is not None:
        _one_sided(scene)


def _gradient(scene: Scene) -> None:
    canvas = scene.canvas
    rows = np.linspace(0, canvas.height / canvas.horizon, canvas.height, dtype=np.float32)
    down = ramp(scene.light.stops, np.minimum(rows, 1))
    canvas.rgb[:] = down[:, None, :]
    drift = coarse_fbm(scene.rng("wash"), (canvas.height, canvas.width), (3, 2), 3)
    canvas.rgb += ((drift - 0.5) * 0.035)[..., None]


def _one_sided(scene: Scene) -> None:
    """Brighten the sky towards the sun outside the picture, and deepen it away from it."""
    area = scene.canvas.rgb[: int(np.ceil(scene.canvas.horizon))]
    away, glow, tint = sidelight(scene)
    area *= 1 - away[..., None]
    area += glow[..., None] * (tint - area)


def sidelight(scene: Scene) -> tuple[Array, Array, Array]:
    """Return how the sky answers a sun outside the picture, for the rows above the horizon.

    The shares [rows,w] by which it darkens away from the sun and glows towards it, and the colour
    [rows,w,3] of the glow.
    """
    canvas, light = scene.canvas, scene.light
    rows = int(np.ceil(canvas.horizon))
    towards = (canvas.columns / canvas.width - 0.5) * np.float32(light.side) + 0.5
    away = np.float32(0.28 if light.low else 0.20) * (1 - towards) ** 1.3
    x, y = light.sun_at
    dx = (canvas.columns - x * canvas.width) / canvas.breadth
    dy = (canvas.rows[:rows] - y * canvas.height) / canvas.breadth
    far = np.sqrt(dx * dx + dy**2)
    reach, strength = (0.55, 0.98) if light.low else (0.46, 0.85)
    if light.low and scene.facts.time_of_day == "day":
        reach = 0.40  # the rest of the sky stays a day's
    glow = (np.exp(-far / reach) * strength).astype(np.float32)
    outer, core = rgbs("#ffb070 #ffeec2" if light.low else "#eef4f6 #fffdf2")
    if light.low and scene.facts.time_of_day == "dusk":
        outer, core = rgbs("#ff9a50 #ffdf9a")
    near = smooth(0.30, 0.85, glow)[..., None]
    tint = np.asarray(outer + near * (core - outer), np.float32)
    return np.broadcast_to(away, glow.shape).astype(np.float32), glow, tint


def _distance(scene: Scene, x: float, y: float) -> Array:
    """Distance of each pixel from a place (fractions), in picture heights."""
    canvas = scene.canvas
    dx = (canvas.columns - x * canvas.width) / canvas.height
    dy = (canvas.rows - y * canvas.height) / canvas.height
    return np.sqrt(dx * dx + dy * dy)


def _sun_glow(scene: Scene) -> None:
    light, time = scene.light, scene.facts.time_of_day
    if light.cast is not None or scene.facts.asked.light in {"soft", "dusk"}:
        return
    far = _distance(scene, *light.sun_at)
    wide = {"dawn": 0.34, "day": 0.26, "dusk": 0.30, "night": 0.13}[time]
    power = {"dawn": 0.42, "day": 0.36, "dusk": 0.55, "night": 0.16}[time]
    strength = power * (1 - 0.8 * light.diffuse)
    tint = mix(light.sun, rgb("#ff9d52"), 0.55) if time == "dusk" else light.sun
    scene.canvas.glow(np.exp(-far / (wide * 0.5)) * np.float32(strength), tint)


def _afterglow(scene: Scene) -> None:
    """Leave a warm band under closed clouds."""
    canvas, (x, y) = scene.canvas, scene.light.sun_at
    rise = (canvas.rows / canvas.height - y) / 0.085
    across = (canvas.columns / canvas.width - x) / 0.75
    band = np.exp(-(rise**2) - across**2) * np.float32(0.42)
    canvas.blend(band.astype(np.float32), rgb("#f3a062"))


def _disc(scene: Scene) -> None:
    light, time = scene.light, scene.facts.time_of_day
    if time == "day":
        return
    far = _distance(scene, *light.sun_at) * scene.canvas.height
    radius = {"dawn": 2.3, "dusk": 3.1, "night": 2.6}[time] * scene.unit
    disc = np.clip(radius - far + 0.5, 0, 1)
    if light.night:
        disc *= 0.93 + 0.07 * coarse_fbm(scene.rng("moon"), disc.shape, (60, 48), 2)
    scene.canvas.blend(disc * np.float32(0.96 - 0.7 * light.diffuse), light.sun)
    halo = np.exp(-np.maximum(far - radius, 0) / (radius * 0.9)) * np.float32(0.45)
    scene.canvas.glow(halo * (1 - disc), light.sun)


def _stars(scene: Scene) -> None:
    if scene.light.diffuse > 0.5:
        return
    rng, canvas, unit = scene.rng("stars"), scene.canvas, scene.unit
    sheet = Sheet((0, 0, canvas.width, canvas.horizon))
    for _ in range(420):
        x, y = rng.random() * canvas.width, rng.random() ** 1.5 * canvas.horizon * 0.9
        bright = rng.random() ** 4
        size = unit * (0.035 + 0.11 * bright)
        warm = mix(rgb("#cfdcff"), rgb("#fff0d0"), float(rng.random()))
        sheet.disc(x, y, size, size, warm, float(0.25 + 0.7 * rng.random()))
    sheet.lay_on(canvas)
    _milky_way(scene)


def _milky_way(scene: Scene) -> None:
    canvas = scene.canvas
    lean = -0.55 * scene.side
    across = (canvas.columns / canvas.width - 0.5) + lean * (canvas.rows / canvas.height - 0.25)
    band = np.exp(-((across / 0.13) ** 2)) * smooth(0.5, 0.1, canvas.rows / canvas.height)
    cloud = coarse_fbm(scene.rng("milky"), (canvas.height, canvas.width), (9, 7), 5)
    canvas.glow((band * cloud * 0.16).astype(np.float32), rgb("#b9c4f0"))

"""Weather between the viewer and the scene: fog, rain, snow, dust."""

import numpy as np

from local.painter.canvas import Sheet
from local.painter.colour import mix, rgb
from local.painter.noise import coarse_fbm, smooth
from local.painter.scene import Scene

_VEILS = {"fog": 0.45, "sand": 0.5, "rain": 0.18, "snow": 0.25}


def paint_air(scene: Scene) -> None:
    """Veil what lies far away, before the roadside is painted."""
    strength = _VEILS.get(scene.facts.weather, 0.0)
    if strength:
        _veil(scene, strength)


def paint_weather(scene: Scene) -> None:
    weather = scene.facts.weather
    if weather in {"fog", "sand"}:
        _veil(scene, 0.12)
    if weather == "rain":
        _streaks(scene)
    if weather == "snow":
        _flakes(scene)


def _veil(scene: Scene, strength: float) -> None:
    """Thicken the air around the horizon."""
    canvas = scene.canvas
    away = (canvas.rows - canvas.horizon) / canvas.height
    band = np.exp(-((away / np.where(away < 0, 0.26, 0.07)) ** 2))
    drift = coarse_fbm(scene.rng("veil"), (canvas.height, canvas.width), (12, 3), 4)
    mask = band * (0.55 + 0.6 * smooth(0.25, 0.8, drift)) * np.float32(strength)
    canvas.blend(np.clip(mask, 0, 0.96).astype(np.float32), scene.light.haze)


def _streaks(scene: Scene) -> None:
    rng, canvas, unit = scene.rng("rain"), scene.canvas, scene.unit
    sheet = Sheet((0, 0, canvas.width, canvas.height * 0.74))
    colour = mix(scene.light.haze, rgb("#ffffff"), 0.5)
    for _ in range(900):
        x, y = rng.random() * canvas.width, rng.random() * canvas.height * 0.74
        near = rng.random() ** 2
        length = unit * (1.0 + 4.5 * near)
        lean = 0.16 * scene.side
        end = (x + lean * length, y + length)
        sheet.stroke([(x, y), end], unit * 0.05, colour, 0.08 + 0.22 * float(near))
    sheet.lay_on(canvas)


def _flakes(scene: Scene) -> None:
    rng, canvas, unit = scene.rng("flakes"), scene.canvas, scene.unit
    sheet = Sheet((0, 0, canvas.width, canvas.height * 0.80))
    colour = mix(rgb("#ffffff"), scene.light.haze, 0.6 if scene.light.night else 0.0)
    for _ in range(1100):
        x, y = rng.random() * canvas.width, rng.random() * canvas.height * 0.80
        size = unit * (0.07 + 0.26 * rng.random() ** 4)
        sheet.disc(x, y, size, size * 1.1, colour, 0.35 + 0.5 * float(rng.random()))
    sheet.lay_on(canvas)

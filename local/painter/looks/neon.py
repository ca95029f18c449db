"""Neon: the hour's own light turned to violet, glowing outlines, coloured light on the road."""

import numpy as np

from local.painter.colour import Array, ramp, rgb, rgbs
from local.painter.looks.sheet import Sheet, blurred, calmed, luma, mixed, outlines, saturated
from local.painter.noise import smooth

_SKIES = {
    "day": "#2a6fd0 #5a8fe6 #9a9ff0 #e0a0e8 #ffc4e0",
    "dawn": "#23307e #4a4fb0 #9a62c8 #f08ac0 #ffc0a0",
    "dusk": "#14124e #3a1f7c #8a2f9c #e8508f #ff9a5c",
    "night": "#05041a #0c0a34 #1d1054 #3f1672 #7a2488",
}
_CYAN, _PINK, _AMBER = rgb("#22e6ff"), rgb("#ff3fae"), rgb("#ffb347")
_DARKENED = {"day": 0.85, "dawn": 0.72, "dusk": 0.62, "night": 0.95}


def neon(sheet: Sheet) -> Array:
    """Return the scene lit by neon, as dark as its hour and no darker."""
    soft = calmed(sheet.pixels, 3)
    base = _based(sheet)
    tubes, colour = _tubes(sheet, soft)
    for reach, power in ((0.0, 0.95), (0.008, 0.75), (0.035, 0.55)):
        light = tubes if not reach else blurred(tubes, reach)
        base = base + (1 - base) * colour * np.clip(light * power, 0, 1)[..., None]
    base = base + (1 - base) * _road_light(sheet)
    return np.clip(base, 0, 1).astype(np.float32)


def _based(sheet: Sheet) -> Array:
    """Return the scene in violet shadows, with the sky of its hour."""
    facts = sheet.scene.facts
    dark = sheet.pixels * np.float32(_DARKENED[facts.time_of_day])
    shade = np.clip(0.7 - luma(dark), 0, 1) * 0.5 * sheet.lively
    toned = mixed(saturated(dark, 1.15), rgb("#1c1250"), shade)
    stops = tuple(zip((0.0, 0.3, 0.6, 0.85, 1.0), rgbs(_SKIES[facts.time_of_day]), strict=True))
    rows = np.minimum(sheet.down[:, 0] / np.float32(0.56), 1)
    sky = np.broadcast_to(ramp(stops, rows)[:, None, :], toned.shape)
    closed = np.float32(0.35 if sheet.scene.light.diffuse > 0.6 else 0.8)
    clouds = (luma(sheet.pixels) - blurred(luma(sheet.pixels), 0.10))[..., None]
    covered = mixed(toned, sky + clouds * 0.8, sheet.sky * closed)
    return np.clip(mixed(covered, sheet.scene.light.sun, sheet.disc(0.030)), 0, 1)


def _tubes(sheet: Sheet, soft: Array) -> tuple[Array, Array]:
    """Return where neon runs along the shapes, and in which colour."""
    light = luma(soft)
    fine = outlines(blurred(light, 0.0014)) / (0.35 + light)
    far = smooth(0.61, 0.55, sheet.down)
    parts = smooth(0.40, 0.56, sheet.noise("parts", (9, 9), 3))
    inner = smooth(0.09, 0.30, fine) * (0.15 + 0.85 * parts) * (1 - sheet.sky)
    rim = smooth(0.10, 0.45, outlines(blurred(sheet.sky, 0.0016))) * (0.45 + 0.55 * parts)
    tubes = np.maximum(inner * 0.85, rim) * far
    hue = sheet.noise("hues", (5, 7), 2)
    colour = mixed(np.broadcast_to(_PINK, soft.shape), _CYAN, smooth(0.42, 0.58, hue))
    warm = smooth(0.70, 0.85, sheet.noise("amber", (12, 14), 2))
    grey = 0.7 if sheet.scene.light.diffuse > 0.6 else 1.0
    return np.asarray(tubes * np.float32(grey), np.float32), mixed(colour, _AMBER, warm)


def _road_light(sheet: Sheet) -> Array:
    """Return coloured light lying on the road: strong far away, even where the car stands."""
    canvas, side = sheet.scene.canvas, sheet.scene.side
    across = (canvas.columns / canvas.width - 0.5) * side
    ground = smooth(0.555, 0.60, sheet.down) * (0.16 + 0.42 * smooth(0.78, 0.57, sheet.down))
    power = 0.45 if sheet.scene.light.diffuse > 0.6 else 0.85
    pink = (ground * smooth(-0.75, 0.45, across) * power)[..., None] * _PINK * np.float32(0.55)
    cyan = (ground * smooth(0.75, -0.45, across) * power)[..., None] * _CYAN * np.float32(0.42)
    return np.asarray(pink + cyan, np.float32)

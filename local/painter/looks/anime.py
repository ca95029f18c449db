"""Anime background: cel shading, fine dark outlines, a deep clean sky with towering clouds."""

import numpy as np

from local.painter.colour import Array, mix, palette, ramp, rgb, rgbs
from local.painter.looks.sheet import Sheet, blurred, calmed, luma, mixed, outlines, saturated
from local.painter.noise import enlarge, fbm, smooth

_LEVELS = (0.16, 0.34, 0.52, 0.70, 0.86)


def anime(sheet: Sheet) -> Array:
    """Return the scene as a painted background of an animated film."""
    soft = calmed(_bright(sheet), 3)
    shaded = _cels(sheet, saturated(soft, 1.45 if sheet.scene.light.diffuse < 0.5 else 1.15))
    # Closed skies keep their clouds.
    open_sky = 1.0 if sheet.scene.facts.weather in {"clear", "cloudy"} else 0.0
    shaded = mixed(shaded, _sky(sheet), sheet.sky * open_sky)
    fine = outlines(blurred(luma(soft), 0.0016))
    lines = smooth(0.07, 0.22, fine) * (1 - sheet.sky) * sheet.lively * 0.5
    lined = shaded * (1 - np.asarray(lines, np.float32))[..., None]
    return np.clip(_lit(sheet, np.asarray(lined, np.float32)), 0, 1).astype(np.float32)


def _bright(sheet: Sheet) -> Array:
    """Lift the middle tones, and turn shadows towards blue."""
    if sheet.scene.light.night:
        return sheet.pixels
    lifted = np.clip(sheet.pixels, 0, 1) ** np.float32(0.86)
    cast = np.clip(0.45 - luma(lifted), 0, 1) * 0.5
    return mixed(np.asarray(lifted, np.float32), rgb("#3d4f9a"), cast)


def _cels(sheet: Sheet, soft: Array) -> Array:
    """Round the lightness to a few cels with clean borders."""
    light = luma(soft)
    levels = np.array(_LEVELS, np.float32)
    borders = (levels[1:] + levels[:-1]) / 2
    stepped = np.full_like(light, levels[0])
    for border, rise in zip(borders, np.diff(levels), strict=True):
        stepped += smooth(border - 0.012, border + 0.012, light) * np.float32(rise)
    share = 0.62 * (1 - sheet.sky) * (0.25 + 0.75 * sheet.lively)
    tone = light + (stepped - light) * share
    lit = soft * (tone / np.maximum(light, 0.02))[..., None]
    return np.asarray(np.clip(lit, 0, 1), np.float32)


def _sky(sheet: Sheet) -> Array:
    """Return a clean gradient, heaped clouds standing on the horizon, and a few high ones."""
    facts, scene = sheet.scene.facts, sheet.scene
    time = facts.time_of_day
    colours = rgbs(palette("anime_skies")[f"day {facts.season}" if time == "day" else time])
    stops = tuple(zip((0.0, 0.25, 0.5, 0.78, 1.0), colours, strict=True))
    rows = np.minimum(sheet.down[:, 0] / np.float32(0.56), 1)
    sky = np.broadcast_to(ramp(stops, rows)[:, None, :], sheet.pixels.shape)
    sky = _kept_lights(sheet, np.array(sky, np.float32))
    lit, shade = _cloud_colours(sheet, stops[2][1])
    for tower, (base, size, strength) in enumerate(((0.60, 0.34, 1.0), (0.59, 0.20, 1.0))):
        mask, light = _heap(sheet, f"tower {tower}", base, size, first=tower == 0)
        tone = mixed(np.broadcast_to(shade, sky.shape), lit, light)
        sky = mixed(sky, tone, mask * np.float32(strength if not scene.light.night else 0.55))
    return sky


def _kept_lights(sheet: Sheet, sky: Array) -> Array:
    """Put sun, moon and stars into the repainted sky."""
    facts = sheet.scene.facts
    if facts.time_of_day == "night":
        over = luma(sheet.pixels) - blurred(luma(sheet.pixels), 0.02)
        sky = np.asarray(sky + np.clip(over - 0.06, 0, 1)[..., None] * 1.5, np.float32)
    return mixed(np.clip(sky, 0, 1), sheet.scene.light.sun, sheet.disc(0.032))


def _cloud_colours(sheet: Sheet, sky: Array) -> tuple[Array, Array]:
    time = sheet.scene.facts.time_of_day
    if time == "night":
        return mix(sky, rgb("#8ea4dc"), 0.5), mix(sky, rgb("#101a4c"), 0.5)
    if time == "dusk":
        return rgb("#ffd3a0"), rgb("#b0609a")
    if time == "dawn":
        return rgb("#fff0dc"), rgb("#c3a2cf")
    return rgb("#ffffff"), mix(sky, rgb("#a9c4e8"), 0.75)


def _heap(sheet: Sheet, name: str, base: float, size: float, *, first: bool) -> tuple[Array, Array]:
    """Pile a towering cloud on the horizon; return its mask and how much it faces the light.

    Balls from the top down: each shades the one behind it with its own bright crown.
    """
    rng, canvas = sheet.scene.rng(name), sheet.scene.canvas
    height, width = max(canvas.height // 2, 8), max(canvas.width // 2, 8)
    aspect = canvas.width / canvas.height
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = y / height, x / width * np.float32(aspect)
    ragged = (fbm(rng, (height, width), (40, 32), 3) - 0.5) * np.float32(0.5)
    side = sheet.scene.side if first else -sheet.scene.side
    middle = aspect * (0.5 + side * float(rng.uniform(0.20, 0.34)))
    mask, light = np.zeros_like(x), np.zeros_like(x)
    sun = 0.55 * sheet.scene.light.side
    for up in np.sort(rng.random(70))[::-1]:
        spread = size * (0.25 + 0.85 * (1 - float(up)) ** 0.8)
        radius = size * float(rng.uniform(0.09, 0.20)) * (1.1 - 0.4 * float(up))
        cx = middle + float(rng.normal(0, 0.42)) * spread
        cy = base - float(up) * size * 0.95
        x0, x1 = _span(cx / aspect, radius * 1.3 / aspect, width)
        y0, y1 = _span(cy, radius * 1.3, height)
        box = np.s_[y0:y1, x0:x1]
        dx, dy = (x[box] - cx) / radius, (y[box] - cy) / radius
        inside = smooth(1.04, 0.96, np.sqrt(dx * dx + dy * dy) + ragged[box])
        facing = smooth(-0.04, 0.04, dx * sun - dy * 0.85 - 0.05 + ragged[box])
        light[box] += (facing - light[box]) * inside
        mask[box] = np.maximum(mask[box], inside)
    foot = smooth(base + 0.0, base - 0.10, y)
    return _full(sheet, mask * (0.25 + 0.75 * foot)), _full(sheet, light)


def _span(middle: float, half: float, length: int) -> tuple[int, int]:
    """Return first and last index of a stretch given in shares, cut at the borders."""
    first, last = (int((middle + way * half) * length) for way in (-1, 1))
    return min(max(first, 0), length), min(max(last + 1, 0), length)


def _full(sheet: Sheet, field: Array) -> Array:
    return np.clip(enlarge(field, *sheet.shape), 0, 1).astype(np.float32)


def _lit(sheet: Sheet, pixels: Array) -> Array:
    """Add the glow of a low or high sun as a film would."""
    light = sheet.scene.light
    if light.diffuse > 0.5:
        return pixels
    glow = np.exp(-sheet.from_sun() / 0.16) * (0.16 if light.night else 0.34)
    shine = glow[..., None].astype(np.float32) * light.sun
    return np.asarray(pixels + (1 - pixels) * shine, np.float32)

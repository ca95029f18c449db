"""Ink wash: paper left white, grey washes in few steps, brush outlines, a tint of the season."""

import numpy as np

from local.painter.colour import Array, palette, rgb
from local.painter.looks.sheet import Sheet, blurred, calmed, luma, mixed, outlines
from local.painter.noise import smooth

_INK = rgb("#1c2126")
_LIT_PAPERS = {"dawn": "#f4e9dd", "dusk": "#f0dcc0"}
_NIGHT_PAPER, _NIGHT_INK = rgb("#67768a"), rgb("#0b0f16")
_LAMP = rgb("#efb765")
_WASHES = 5


def ink_wash(sheet: Sheet) -> Array:
    soft = calmed(sheet.pixels, 5)
    density = _washes(sheet, soft)
    paper = _paper(sheet)
    ink = _NIGHT_INK if sheet.scene.light.night else _INK
    painted = mixed(paper, np.broadcast_to(ink, paper.shape), density)
    painted = mixed(painted + _tint(sheet, soft, density), _LAMP, _lamps(sheet))
    return np.clip(painted, 0, 1).astype(np.float32)


def _washes(sheet: Sheet, soft: Array) -> Array:
    """Return how much ink lies where: 0 bare paper, 1 black."""
    light = luma(soft)
    dark = np.clip(1.04 - light, 0, 1) ** np.float32(1.1)
    bleed = (sheet.noise("bleed", (60, 48), 3) - 0.5) * 0.10 * sheet.lively
    stepped = _stepped(dark + bleed)
    pooled = np.clip(dark - blurred(dark, 0.012), 0, 1) * 0.8
    strokes = _strokes(sheet, light)
    far = smooth(0.50, 0.0, sheet.above) * (1 - smooth(0.0, 0.05, sheet.down - 0.56))
    mist = sheet.noise("mist", (10, 3), 4)
    left_white = 1 - 0.55 * far * smooth(0.35, 0.75, mist)
    thin = (1 - sheet.sky) * (1 - 0.36 * smooth(0.56, 0.66, sheet.down))
    return np.clip((stepped * 0.95 + pooled) * left_white * thin + strokes, 0, 0.97).astype(
        np.float32
    )


def _stepped(dark: Array) -> Array:
    """Round to a few washes with soft borders."""
    scaled = dark * _WASHES
    whole = np.floor(scaled)
    return np.asarray((whole + smooth(0.25, 0.75, scaled - whole)) / _WASHES, np.float32)


def _strokes(sheet: Sheet, light: Array) -> Array:
    """Draw outlines with a brush that runs dry."""
    fine = outlines(blurred(light, 0.0022))
    dry = smooth(0.25, 0.70, sheet.noise("dry", (160, 40), 3))
    fall = {"snow": 0.7, "rain": 0.6, "fog": 0.35}.get(sheet.scene.facts.weather, 1.0)
    weight = sheet.lively * (1 - sheet.sky)
    return np.asarray(smooth(0.04, 0.17, fine) * (0.3 + 0.7 * dry) * weight * fall)


def _paper(sheet: Sheet) -> Array:
    """Return the paper: its tone, fibres, and a wash over the upper sky."""
    facts, scene = sheet.scene.facts, sheet.scene
    tone = rgb(_LIT_PAPERS.get(facts.time_of_day, palette("ink_papers")[facts.season]))
    if facts.weather == "sand":
        tone = rgb("#e6cb9a")
    if scene.light.night:
        tone = _NIGHT_PAPER
    fibre = (sheet.grain("fibre") * 0.006 + (sheet.noise("pulp", (120, 96), 2) - 0.5) * 0.030)[
        ..., None
    ]
    wash = sheet.noise("sky wash", (5, 4), 4)
    reach = smooth(0.15, 1.0, sheet.above) * (0.45 + 0.75 * wash) * sheet.sky
    sky = _NIGHT_INK if scene.light.night else rgb(palette("ink_skies")[facts.season])
    if facts.time_of_day in _LIT_PAPERS:
        sky = rgb("#9090a2" if facts.time_of_day == "dusk" else "#b3b2c0")
    if scene.light.diffuse > 0.6 and not scene.light.night:
        sky = rgb("#9aa0a2") if facts.weather != "sand" else rgb("#b98f55")
    washed = mixed(np.broadcast_to(tone, sheet.pixels.shape), sky, np.clip(reach * 0.85, 0, 0.9))
    glow = rgb({"dusk": "#d9603a", "dawn": "#ec9f83"}.get(facts.time_of_day, "#f6f1e4"))
    washed = mixed(washed, glow, _glow_share(sheet))
    return np.asarray(washed + fibre, np.float32)


def _glow_share(sheet: Sheet) -> Array:
    """Let a low sun, or the moon, bleed into the wet paper around it."""
    if not sheet.has_sun:
        return np.zeros(sheet.shape, np.float32)
    halo = np.exp(-sheet.from_sun() / 0.11) * 0.45 * sheet.sky
    return np.asarray(np.maximum(sheet.disc(0.030) * 0.92, halo), np.float32)


def _lamps(sheet: Sheet) -> Array:
    """Touch in what shines after dark: lamps and lit windows, in one warm colour."""
    lamps = sheet.scene.light.lamps
    if lamps < 0.5:
        return np.zeros(sheet.shape, np.float32)
    warm = sheet.pixels[..., 0] - sheet.pixels[..., 2]
    over = luma(sheet.pixels) - blurred(luma(sheet.pixels), 0.02)
    shine = smooth(0.06, 0.22, over) * smooth(0.10, 0.30, warm) * (1 - sheet.sky) * sheet.lively
    return np.asarray(np.maximum(shine, blurred(shine, 0.012) * 0.8) * lamps * 0.85, np.float32)


def _tint(sheet: Sheet, soft: Array, density: Array) -> Array:
    """Return the colour that shows through: the scene's own, drawn towards the season's."""
    keep, name = palette("ink_tints")[sheet.scene.facts.season]
    own = soft - luma(soft)[..., None]
    season = rgb(name) - luma(rgb(name))
    strength = np.sqrt((own * own).sum(-1))
    land = (1 - 0.92 * sheet.sky) * (0.35 + 0.65 * sheet.lively)
    share = keep * land * np.clip(1.25 - density, 0, 1)
    drawn = (
        own * np.float32(0.72)
        + season * np.float32(0.9) * np.clip(strength * 2.2, 0, 0.5)[..., None]
    )
    return np.asarray(drawn * share[..., None], np.float32)

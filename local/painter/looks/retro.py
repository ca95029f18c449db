"""Retro travel poster: a handful of flat printing inks, a sky in bands, paper grain."""

from __future__ import annotations

import itertools

import numpy as np

from local.painter.colour import Array, mix, rgb, rgbs
from local.painter.looks.sheet import Sheet, calmed, flattened, luma, mixed, saturated
from local.painter.noise import smooth

# Printing inks, from dark to light; the last is the paper.
_INKS: dict[str, str] = {
    "day spring": "#1d3a3a #2f6b58 #5f9a6a #a8c27a #6f6f66 #9a978a #e58f8a #8fc4c0 #f4e6c6",
    "day summer": "#14323f #1f6b6a #3f8f5c #8fb05a #66665f #94907f #e0a03c #7cc4bd #f6e7c4",
    "day autumn": "#33261f #6b3a24 #b4532a #dd8f3a #6f665b #9c907e #eab75a #e6c68e #f8ead0",
    "day winter": "#22303c #4b6678 #7d97a6 #b4c5cc #74797c #a3a8a8 #c9705a #dbe4e2 #f7f2e4",
    "dawn": "#2c2c48 #59567c #8f7f9a #c99c9a #6b6670 #99908f #eeb58c #f4d2a6 #fbe9c8",
    "dusk": "#1f1b3a #47305c #7f3f64 #c2554f #5b5058 #86746f #ec8a3f #f6bb5c #fbe0a4",
    "night": "#070d22 #101f42 #1d3760 #2f5280 #23283a #3a4254 #d9a441 #4f749c #f0d890",
}


def retro(sheet: Sheet) -> Array:
    """Return the scene as a printed travel poster of the thirties."""
    inks = _inks(sheet)
    soft = saturated(calmed(sheet.pixels, 5), 1.25)
    toned = mixed(soft, _duotone(soft, inks), 0.42)
    land = flattened(toned, _steps(inks))
    printed = mixed(land, _sky(sheet, inks), sheet.sky)
    road = smooth(0.57, 0.63, sheet.down) * (1 - smooth(12, 22, _colourful(soft)))
    plain = np.maximum(road, sheet.quiet)
    printed = mixed(printed, _plain(soft, inks), plain)
    return np.clip(printed + _grain(sheet)[..., None], 0, 1).astype(np.float32)


def _colourful(pixels: Array) -> Array:
    """Return how far pixels are from grey, in hundredths."""
    return np.asarray(np.ptp(pixels, axis=-1) * 100, np.float32)


def _inks(sheet: Sheet) -> list[Array]:
    facts = sheet.scene.facts
    time = facts.time_of_day
    inks = rgbs(_INKS[f"day {facts.season}" if time == "day" else time])
    if facts.weather == "sand":
        return [mix(ink, rgb("#c89a56"), 0.35) for ink in inks]
    if sheet.scene.light.diffuse > 0.6:
        return [_greyed(ink, 0.55) for ink in inks]
    return inks


def _greyed(ink: Array, by: float) -> Array:
    grey = float(luma(ink))
    return np.asarray(ink + (np.float32(grey) - ink) * np.float32(by), np.float32)


def _steps(inks: list[Array]) -> list[Array]:
    """Return the inks with one overprint between neighbours."""
    return [*inks, *(mix(a, b, 0.5) for a, b in itertools.pairwise(inks[:4]))]


def _duotone(pixels: Array, inks: list[Array]) -> Array:
    """Return pixels by lightness alone, from the darkest ink to the paper."""
    order = sorted(inks, key=lambda ink: float(luma(ink)))
    places = [float(luma(ink)) for ink in order]
    light = luma(pixels)
    channels = [np.interp(light, places, [float(ink[i]) for ink in order]) for i in range(3)]
    return np.stack(channels, -1).astype(np.float32)


def _sky(sheet: Sheet, inks: list[Array]) -> Array:
    """Return a sky in broad bands, with rings of light around the sun where it shines."""
    light, paper = sheet.scene.light, inks[-1]
    ladder = [inks[7], mix(inks[7], paper, 0.30), mix(inks[7], paper, 0.62), paper]
    if sheet.scene.facts.time_of_day != "day":
        ladder = [inks[1], inks[2], inks[3], inks[6], inks[7]]
    if sheet.scene.facts.time_of_day == "dawn":
        ladder = [inks[2], mix(inks[2], inks[3], 0.6), inks[6], inks[7], paper]
    if light.night:
        ladder = [inks[0], inks[1], mix(inks[1], inks[2], 0.6), inks[2]]
    at = sheet.down / np.float32(0.56) * len(ladder)
    swell = (sheet.noise("bands", (3, 3), 2) - 0.5) * 1.1
    bands = _banded(at + swell, ladder)
    if light.diffuse > 0.5:
        return bands
    if not light.night:
        bands = mixed(bands, paper, _halo(sheet))
    return mixed(bands, paper, sheet.disc(0.046))


def _banded(at: Array, ladder: list[Array]) -> Array:
    """Return the colours of a ladder, a clean border between two steps."""
    bands = np.broadcast_to(ladder[0], (*at.shape, 3)).astype(np.float32)
    for number, colour in enumerate(ladder[1:], 1):
        bands = mixed(bands, colour, smooth(number - 0.012, number + 0.012, at))
    return bands


def _halo(sheet: Sheet) -> Array:
    """Return two broad rings of light around the sun, the inner one brighter."""
    far = sheet.from_sun() + (sheet.noise("ring", (5, 4), 2) - 0.5) * np.float32(0.02)
    rings = smooth(0.262, 0.258, far) * 0.30 + smooth(0.152, 0.148, far) * 0.35
    return np.asarray(rings, np.float32)


def _plain(soft: Array, inks: list[Array]) -> Array:
    """Return road and near ground between the two road inks, never banded."""
    dark, pale = inks[4], inks[5]
    low, high = float(luma(dark)), float(luma(pale))
    share = (luma(soft) - np.float32(low)) / np.float32(max(high - low, 0.05))
    tone = np.clip(dark + share[..., None] * (pale - dark), 0, 1)
    return mixed(soft, np.asarray(tone, np.float32), 0.75)


def _grain(sheet: Sheet) -> Array:
    """Return the speckle of lithographic paper."""
    speck = sheet.grain("speck")
    worn = smooth(0.62, 0.85, sheet.noise("worn", (40, 32), 4)) * np.clip(speck, 0, 3) * 0.03
    strength = 0.6 if sheet.scene.light.night else 1.0
    return np.asarray((speck * 0.016 + worn) * (0.4 + 0.6 * sheet.lively) * strength, np.float32)

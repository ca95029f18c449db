"""Retro travel poster: a handful of flat printing inks, a sky in bands, paper grain."""

import itertools

import numpy as np

from local.painter.colour import Array, mix, palette, rgb, rgbs
from local.painter.looks.sheet import Sheet, calmed, flattened, luma, mixed, saturated
from local.painter.noise import smooth


def retro(sheet: Sheet) -> Array:
    """Return the scene as a printed travel poster of the thirties."""
    inks = _inks(sheet)
    soft = saturated(calmed(sheet.pixels, 5), 1.25)
    toned = mixed(soft, _duotone(soft, inks), 0.42)
    overprints = (mix(a, b, 0.5) for a, b in itertools.pairwise(inks[:4]))
    land = flattened(toned, [*inks, *overprints])
    printed = mixed(land, _sky(sheet, inks), sheet.sky)
    colourful = np.asarray(np.ptp(soft, axis=-1) * 100, np.float32)  # in hundredths
    road = smooth(0.57, 0.63, sheet.down) * (1 - smooth(12, 22, colourful))
    plain = np.maximum(road, sheet.quiet)
    printed = mixed(printed, _plain(soft, inks), plain)
    return np.clip(printed + _grain(sheet)[..., None], 0, 1).astype(np.float32)


def _inks(sheet: Sheet) -> list[Array]:
    facts = sheet.scene.facts
    time = facts.time_of_day
    inks = rgbs(palette("retro_inks")[f"day {facts.season}" if time == "day" else time])
    if facts.weather == "sand":
        return [mix(ink, rgb("#c89a56"), 0.35) for ink in inks]
    if sheet.scene.light.diffuse > 0.6:
        return [mixed(ink, luma(ink), 0.55) for ink in inks]
    return inks


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

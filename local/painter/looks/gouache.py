"""Gouache poster: flat opaque shapes with visible brush marks, clear and a little creamy."""

import numpy as np
import numpy.typing as npt

from local.painter.colour import Array, rgb
from local.painter.looks.sheet import Sheet, blurred, calmed, luma, mixed, outlines, saturated
from local.painter.noise import smooth

_CREAM = rgb("#fff1d6")
_SHADOW = {"day": "#2c4a6e", "dawn": "#4a4a78", "dusk": "#4a2f5c", "night": "#0c1430"}
_STEPS = 7


def gouache(sheet: Sheet) -> Array:
    """Return the scene as a poster painted in gouache."""
    soft = _broad_sky(sheet, calmed(sheet.pixels, 5, times=2))
    flat = _flat(sheet, saturated(soft, 1.30))
    brushed = flat + _brush(sheet)[..., None]
    return np.clip(mixed(brushed, _CREAM, _edges(sheet, soft)), 0, 1).astype(np.float32)


def _broad_sky(sheet: Sheet, soft: Array) -> Array:
    """Return the scene with a closed sky drawn together to a few broad shapes."""
    if sheet.scene.light.diffuse < 0.5:
        return soft
    channels = [blurred(soft[..., i], 0.035) for i in range(3)]
    return mixed(soft, np.stack(channels, -1), sheet.sky * 0.9)


def _flat(sheet: Sheet, soft: Array) -> Array:
    """Lay the tones in a few steps, each with a hard border; shadows turn blue."""
    light = luma(soft)
    wobble = (sheet.noise("wobble", (16, 6), 3) - 0.5) * 0.09
    steps = np.where(sheet.sky > 0.5, _STEPS + 2, _STEPS).astype(np.float32)
    scaled = (light + wobble * sheet.lively) * steps
    whole = np.floor(scaled)
    stepped = (whole + smooth(0.40, 0.60, scaled - whole)) / steps
    quiet = 1 - sheet.lively
    tone = light + (stepped - light) * (1 - 0.6 * quiet)
    shifted = soft * (np.maximum(tone, 0.02) / np.maximum(light, 0.02))[..., None]
    shadow = rgb(_SHADOW[sheet.scene.facts.time_of_day])
    cast = np.clip(0.42 - tone, 0, 1) * 0.55 * sheet.lively
    return np.clip(mixed(np.asarray(shifted, np.float32), shadow, cast), 0, 1)


def _brush(sheet: Sheet) -> Array:
    """Return the marks of a flat brush: long strokes, streaky, with a dry tooth."""
    long = sheet.noise("strokes", (190, 9), 3) - 0.5
    slanted = np.roll(long, sheet.shape[0] // 3, axis=0)
    slanted = np.take_along_axis(slanted, _slant(sheet), axis=0)
    which = smooth(0.40, 0.60, sheet.noise("which", (6, 5), 2)) * sheet.sky
    marks = slanted * (1 - which) * 0.085 + long * which * 0.07
    strength = 0.5 if sheet.scene.light.night else 1.0
    tooth = sheet.grain("tooth") * 0.010
    return np.asarray((marks + tooth) * sheet.lively * strength, np.float32)


def _slant(sheet: Sheet) -> npt.NDArray[np.int64]:
    """Return the rows from which a stroke that rises to the right takes its paint."""
    height, width = sheet.shape
    rise = np.arange(width)[None, :] // 3
    return np.asarray((np.arange(height)[:, None] + rise) % height, np.int64)


def _edges(sheet: Sheet, soft: Array) -> Array:
    """Return where the paper shows between two shapes that do not quite meet."""
    fine = outlines(blurred(luma(soft), 0.0030))
    gaps = smooth(0.50, 0.72, sheet.noise("gaps", (70, 56), 3))
    strength = 0.16 if sheet.scene.light.night else 0.5
    return np.asarray(smooth(0.05, 0.16, fine) * gaps * sheet.lively * strength, np.float32)

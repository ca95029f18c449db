"""How warm a scene's light is, in mired (a million / kelvin), against the render's.

Steps of mired look alike at any temperature; studies of matching use it for that (Judd 1933).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shared.quality.colour import XYZ, Floats
from shared.quality.scene import Estimate, Scene

if TYPE_CHECKING:
    from shared.vehicles.sidecar import Light

_POWER = 6
_COLDEST, _WARMEST = 60.0, 500.0
_NEUTRAL_SKY = 154.0
_LEAST_LIGHT = 0.05
_OFF_PLANCK = 0.03
_HIGH, _LEAST_SKY = 0.65, 0.005


def warmth_gap(scene: Scene, light: Light) -> Estimate:
    """Return by how many mired the render's light misses what the scene shows.

    Two readings: the Minkowski mean (p = 6) of all that is not sky, in which the lightest
    surfaces, seldom coloured, count most (shades of grey; Finlayson, Trezzi 2004), and the sky
    above the horizon, which a low sun tints first. The gap is the distance from them to the
    render's light, from its sun alone to sun and sky mixed; 0 where they overlap. Confidence
    falls in the dark and where a colour is that of no light.
    """
    standing = ~scene.sky
    colours = [np.asarray((scene.linear[standing] ** _POWER).mean(axis=0) ** (1 / _POWER))]
    above = scene.sky.copy()
    above[: round(_HIGH * scene.first_row)] = False
    if above.sum() >= _LEAST_SKY * above.size:
        colours.append(scene.linear[above].mean(axis=0))
    readings = [mired_of(colour) for colour in colours]
    least, most = sorted((expected(light), 1e6 / light.cct_k))
    gap = max(0.0, min(readings) - most, least - max(readings))
    off = min(abs(_off_planck(colour)) for colour in colours)
    level = float(XYZ[1] @ colours[0])
    return Estimate(gap, max(0.0, 1 - 0.3 * off / _OFF_PLANCK) * min(1.0, level / _LEAST_LIGHT))


def expected(light: Light) -> float:
    """Return the mired of a grey ground in a render's light: its sun's, mixed with a paler sky's.

    sun : sky as the sidecar states it; without that, 4 to 1 for the hardest light, 0 for the
    softest. The sky is half as coloured as the main light.
    """
    main = 1e6 / light.cct_k
    ratio = 4 * (1 - light.softness) if light.sun_to_sky is None else light.sun_to_sky
    if ratio == 0:
        return main
    return (ratio * main + (main + _NEUTRAL_SKY) / 2) / (ratio + 1)


def mired_of(linear: Floats) -> float:
    """Return the mired of linear sRGB [3] (McCamy 1992, Color Research and Application 17:142)."""
    x, y = _chromaticity(linear)
    n = (x - 0.3320) / (0.1858 - y)
    kelvin = 449 * n**3 + 3525 * n**2 + 6823.3 * n + 5520.33
    return min(max(1e6 / kelvin if kelvin > 0 else _WARMEST, _COLDEST), _WARMEST)


def _off_planck(linear: Floats) -> float:
    """Return how far a colour lies above or below the daylight locus (CIE 15), in y."""
    x, y = _chromaticity(linear)
    return y - (-3.0 * x**2 + 2.870 * x - 0.275)


def _chromaticity(linear: Floats) -> tuple[float, float]:
    xyz = XYZ @ np.maximum(linear, 1e-6)
    return (float(xyz[0] / xyz.sum()), float(xyz[1] / xyz.sum()))

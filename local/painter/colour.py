"""Colour arithmetic on sRGB floats in 0..1: linear light, OKLab mixing, CIELAB measuring."""

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from shared.core.tables import table

Array = npt.NDArray[np.float32]
Stops = Sequence[tuple[float, Array]]

# Björn Ottosson, "A perceptual color space for image processing" (OKLab), linear sRGB in and out.
_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    np.float32,
)
_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)
# IEC 61966-2-1 primaries to CIE XYZ, each row divided by the D65 white.
_XYZ = np.array(
    [
        [0.4339530, 0.3762173, 0.1898297],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0177583, 0.1094748, 0.8727669],
    ],
    np.float32,
)
_FROM_LMS, _FROM_OKLAB, _FROM_XYZ = (np.linalg.inv(each).T for each in (_LMS, _OKLAB, _XYZ))


def palette(name: str) -> Any:
    """Return one table of palettes.json: colours and shares by season, weather and hour.

    Keys are linear light multipliers: the sun's, the sky's fill, and what an even grey turns into.
    Tilts: how much of a leaf's brightness comes from the sun's side, and how much from above.
    Ink tints: how much of a scene's own colour shows, and what it is drawn towards. Retro inks run
    from dark to light, the last is the paper.
    """
    return table(__file__, "palettes")[name]


def rgb(text: str) -> Array:
    """Read "#rrggbb"."""
    digits = text.lstrip("#")
    return np.array([int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)], np.float32)


def rgbs(text: str) -> list[Array]:
    """Read several colours, separated by blanks."""
    return [rgb(word) for word in text.split()]


def to_linear(colour: Array) -> Array:
    """Undo the sRGB curve."""
    low = colour / np.float32(12.92)
    high = ((np.maximum(colour, 0) + np.float32(0.055)) / np.float32(1.055)) ** np.float32(2.4)
    return np.asarray(np.where(colour <= 0.04045, low, high), np.float32)


def to_srgb(light: Array) -> Array:
    """Apply the sRGB curve and clip to 0..1."""
    light = np.minimum(np.maximum(light, 0), 1)
    high = np.float32(1.055) * light ** np.float32(1 / 2.4) - np.float32(0.055)
    return np.asarray(np.where(light <= 0.0031308, light * np.float32(12.92), high), np.float32)


def to_oklab(colour: Array) -> Array:
    """Turn sRGB (..., 3) into OKLab."""
    lms = np.maximum(to_linear(colour) @ _LMS.T, 0)
    return np.asarray(np.cbrt(lms) @ _OKLAB.T, np.float32)


def from_oklab(lab: Array) -> Array:
    """Turn OKLab (..., 3) into sRGB."""
    lms = (lab @ _FROM_OKLAB) ** 3
    return to_srgb(np.asarray(lms @ _FROM_LMS, np.float32))


def mix(first: Array, second: Array, share: float) -> Array:
    """Mix two colours in OKLab; share 1 is the second."""
    a, b = _lab_of(first), _lab_of(second)
    return from_oklab((a + (b - a) * np.float32(share)).astype(np.float32))


def _lab_of(colour: Array) -> Array:
    """Turn sRGB into OKLab; a scene mixes the same few colours again and again."""
    if colour.ndim > 1:
        return to_oklab(colour)
    return _known_lab(colour.tobytes(), colour.dtype.char)


@functools.lru_cache(1024)
def _known_lab(colour: bytes, kind: str) -> Array:
    return to_oklab(np.frombuffer(colour, kind))


def relit(colour: Array, light: Array) -> Array:
    """Show a surface colour under a light given as a linear multiplier."""
    return to_srgb(to_linear(colour) * light)


def ramp(stops: Stops, at: Array) -> Array:
    """Read a gradient of (position, sRGB) stops at some positions, smooth in OKLab."""
    places = [place for place, _ in stops]
    labs = np.array([to_oklab(colour) for _, colour in stops])
    channels = [np.interp(at, places, labs[:, i]) for i in range(3)]
    return from_oklab(np.stack(channels, -1).astype(np.float32))


def cielab(colour: Array) -> Array:
    """Turn sRGB (..., 3) into CIE L*a*b* under D65."""
    xyz = to_linear(colour) @ _XYZ.T
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), xyz * (841 / 108) + 4 / 29)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1).astype(np.float32)


def from_cielab(lab: Array) -> Array:
    """Turn CIE L*a*b* under D65 into sRGB, clipped to its gamut."""
    y = (lab[..., 0] + 16) / 116
    f = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], -1)
    xyz = np.where(f > 6 / 29, f**3, (f - 4 / 29) * (108 / 841))
    return to_srgb(np.asarray(xyz @ _FROM_XYZ, np.float32))

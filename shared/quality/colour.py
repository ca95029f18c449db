"""Colour arithmetic of the gate: sRGB codes, linear light, CIELAB and CIEDE2000, in float64.

Written from the standards alone, so that it shares no mistake with the code it judges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"
Singles: TypeAlias = "NDArray[np.float32]"
Bytes: TypeAlias = "NDArray[np.uint8]"
Mask: TypeAlias = "NDArray[np.bool_]"
Places: TypeAlias = "NDArray[np.intp]"

# IEC 61966-2-1: linear sRGB to CIE XYZ. White is the sum of each row, so it has a* = b* = 0.
_X, _Y = (0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750)
XYZ = np.array([_X, _Y, (0.0193339, 0.1191920, 0.9503041)])
_WHITE = XYZ.sum(axis=1)
_EPSILON, _KAPPA = 216 / 24389, 24389 / 27
_POW7_25 = 25.0**7


_VALUES = np.arange(256) / 255.0
_LINEAR = np.where(_VALUES <= 0.04045, _VALUES / 12.92, ((_VALUES + 0.055) / 1.055) ** 2.4)
_LUMINANCE = (XYZ[1][:, None] * _LINEAR).astype(np.float32)


def decode(codes: Bytes) -> Floats:
    """Return linear light 0-1 of sRGB codes (IEC 61966-2-1, the piecewise curve)."""
    return _LINEAR[codes]


def mean_of(codes: Bytes) -> Floats:
    """Return the linear mean of codes [n,3]; counted, so that it is the same in any order."""
    counts = (np.bincount(codes[:, c], minlength=256) for c in range(3))
    return np.array([float(count @ _LINEAR) / len(codes) for count in counts])


def encode(linear: Floats) -> Bytes:
    """Return the nearest sRGB codes of linear light 0-1."""
    x = np.clip(linear, 0.0, 1.0)
    value = np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055)
    return np.rint(value * 255.0).astype(np.uint8)


def luminance(codes: Bytes) -> Singles:
    """Return relative luminance Y 0-1 of sRGB codes [...,3]."""
    # Codes are never out of range; "clip" spares the look whether they are.
    total: Singles = np.take(_LUMINANCE[0], codes[..., 0], mode="clip")
    total += np.take(_LUMINANCE[1], codes[..., 1], mode="clip")
    total += np.take(_LUMINANCE[2], codes[..., 2], mode="clip")
    return total


def lightness(codes: Bytes) -> Singles:
    """Return L* 0-100 of sRGB codes [...,3] (CIE 15)."""
    y = luminance(codes)
    light: Singles = 116 * np.cbrt(y) - 16
    dark = y <= _EPSILON
    light[dark] = y[dark] * _KAPPA
    return light


def lab(linear: Floats) -> Floats:
    """Return CIELAB (D65, 2 degrees) of linear sRGB [...,3] (CIE 15)."""
    t = (linear @ XYZ.T) / _WHITE
    f = np.where(t > _EPSILON, np.cbrt(t), (_KAPPA * t + 16) / 116)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def lab_of(codes: Bytes) -> Floats:
    """Return CIELAB of sRGB codes [...,3]."""
    return lab(decode(codes))


def ciede2000(one: NDArray[Any], other: NDArray[Any]) -> Floats:
    """Return the colour difference of CIELAB values [...,3], k_L = k_C = k_H = 1.

    ISO/CIE 11664-6; in the form of Sharma, Wu and Dalal, Color Research and Application 30
    (2005) 21-30, whose 34 test pairs it meets.
    """
    (l1, a1, b1), (l2, a2, b2) = (np.moveaxis(np.asarray(x, float), -1, 0) for x in (one, other))
    mean7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(mean7 / (mean7 + _POW7_25))
    c1, c2 = np.hypot(stretch * a1, b1), np.hypot(stretch * a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, stretch * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    grey = c1 * c2 == 0
    turn = np.where(grey, 0.0, (h2 - h1 + 180) % 360 - 180)
    # At exactly half a turn the published formula takes h2 - h1 as it stands.
    turn = np.where(~grey & (np.abs(h2 - h1) == 180), h2 - h1, turn)
    hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    c, h = (c1 + c2) / 2, _mean_hue(h1, h2, grey)
    t = _hue_weight(h)
    s_l, s_c, s_h = _lightness_weight((l1 + l2) / 2), 1 + 0.045 * c, 1 + 0.015 * c * t
    dl, dc, dh = (l2 - l1) / s_l, (c2 - c1) / s_c, hue / s_h
    squared = dl**2 + dc**2 + dh**2 + _rotation(c, h) * dc * dh
    return np.asarray(np.sqrt(np.maximum(squared, 0.0)))


def _mean_hue(h1: Floats, h2: Floats, grey: Mask) -> Floats:
    total = h1 + h2
    across = np.where(total < 360, (total + 360) / 2, (total - 360) / 2)
    mean = np.where(np.abs(h1 - h2) <= 180, total / 2, across)
    return np.where(grey, total, mean)


def _lightness_weight(light: Floats) -> Floats:
    square = (light - 50) ** 2
    return np.asarray(1 + 0.015 * square / np.sqrt(20 + square))


def _hue_weight(h: Floats) -> Floats:
    terms = ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63))
    waves = (share * np.cos(np.radians(times * h + shift)) for share, times, shift in terms)
    return np.asarray(1 + sum(waves))


def _rotation(c: Floats, h: Floats) -> Floats:
    """Return R_T, the term that turns the ellipses in the blue."""
    c7 = c**7
    theta = 30 * np.exp(-(((h - 275) / 25) ** 2))
    return np.asarray(-2 * np.sqrt(c7 / (c7 + _POW7_25)) * np.sin(np.radians(2 * theta)))

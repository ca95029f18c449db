"""Light and materials: a soft studio sky over grey ground, and what the car is made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from .emblem import draw_emblem
from .shapes import Floats, step

# Linear sRGB base colours of the three paints.
PAINTS: dict[str, tuple[float, float, float]] = {
    "black": (0.0045, 0.0047, 0.0052),
    "white": (0.77, 0.78, 0.78),
    "red": (0.50, 0.006, 0.010),
}
GROUND_NEAR, GROUND_FAR = 0.17, 0.42
# The key light stands 55 degrees off the nose, that is 18 degrees to the right of the eye's back.
LIGHT = {"azimuth_deg": 162.0, "elevation_deg": 46.0, "softness": 0.8, "cct_k": 6000}


def _window(at: Floats, low: float, high: float, soft: float) -> Floats:
    return step(low - soft, low + soft, at) * (1.0 - step(high - soft, high + soft, at))


def studio_sky(height: int = 512) -> Floats:
    """Paint the sky and what lies below it, (height, 2 height, 3), linear light.

    Columns run from the car's left, +y, over its nose, +x, to its right; rows from the zenith down.
    """
    v, u = np.mgrid[0:height, 0 : 2 * height]
    up = 90.0 - (v + 0.5) / height * 180.0
    turn = np.mod(90.0 - (u + 0.5) / height * 180.0 + 180.0, 360.0) - 180.0  # from +x towards +y
    # A hazy horizon, a deeper band above it, and a bright ceiling that models the tops.
    sky = 0.38 + 0.60 * np.exp(-((up / 10.0) ** 2)) + 0.60 * step(30.0, 75.0, up)
    key = _window(turn, 6.0, 104.0, 6.0) * _window(up, 32.0, 60.0, 3.0)
    # What the flank mirrors: a long low strip, and a wide panel that the side windows catch.
    strip = _window(turn, 60.0, 176.0, 14.0) * _window(up, 3.0, 13.0, 2.5)
    panel = _window(turn, 118.0, 172.0, 7.0) * _window(up, 24.0, 62.0, 6.0)
    nose = _window(turn, -95.0, 0.0, 14.0) * _window(up, 4.0, 16.0, 3.5)
    fill = _window(turn, -140.0, -45.0, 18.0) * _window(up, 26.0, 58.0, 8.0)
    sky = sky + 3.9 * key + 1.3 * strip + 0.8 * panel + 0.9 * nose + 0.9 * fill
    sky = sky * (1.0 - 0.30 * _window(np.abs(turn), 150.0, 200.0, 25.0))
    # Below a thin rim the ground disk hides all; black there saves samples.
    mixed = np.where(up > 0, sky, np.where(up > -1.5, GROUND_FAR, 0.0))
    tint = np.where((up > 0)[..., None], [0.975, 1.0, 1.035], [1.02, 1.0, 0.97])
    return np.asarray(mixed[..., None] * tint, dtype=np.float64)


def ground_shades(radius_m: float, columns: int = 2048) -> Floats:
    """Return the ground's reflectance by distance from the car, (1, columns, 3): a light cove."""
    away = (np.arange(columns) + 0.5) / columns * radius_m
    shade = GROUND_NEAR + (GROUND_FAR - GROUND_NEAR) * step(2.5, 16.0, away)
    return np.repeat(shade[None, :, None], 3, axis=2)


def _rgb(*values: float) -> dict[str, Any]:
    return {"type": "rgb", "value": list(values if len(values) == 3 else values * 3)}


def _coat(base: dict[str, Any], roughness: float, **more: Any) -> dict[str, Any]:
    plain = {"type": "principled", "base_color": base, "roughness": roughness, "specular": 0.5}
    return {"type": "twosided", "bsdf": plain | more}


def _varnish(base: dict[str, Any], ior: float = 1.5) -> dict[str, Any]:
    """A colour under clear lacquer: sharp reflections that grow towards grazing angles."""
    plain = {"type": "plastic", "diffuse_reflectance": base, "int_ior": ior, "nonlinear": True}
    return {"type": "twosided", "bsdf": plain}


def materials(paint: str) -> dict[str, dict[str, Any]]:
    """Return a Mitsuba BSDF dictionary for each material of the car."""
    metal = {"metallic": 1.0}
    return {
        "paint": _varnish(_rgb(*PAINTS[paint]), 1.55),
        "gloss_black": _varnish(_rgb(0.005)),
        "glass": _varnish(_rgb(0.004, 0.006, 0.007), 1.58),
        "plastic": _coat(_rgb(0.018), 0.50),
        "dark_chrome": _coat(_rgb(0.20), 0.18, **metal),
        "satin": _coat(_rgb(0.55), 0.22, **metal),
        "chrome": _coat(_rgb(0.78), 0.08, **metal),
        "lens": {"type": "thindielectric", "int_ior": 1.5},
        "lamp_house": _coat(_rgb(0.05), 0.30),
        "lamp_glass": _varnish(_rgb(0.02, 0.025, 0.035), 1.7),
        "light": _coat(_rgb(0.85), 0.4),
        "tail_lens": _varnish(_rgb(0.32, 0.004, 0.006)),
        "shadow": _coat(_rgb(0.008), 0.9),
        "tyre": _coat(_rgb(0.013), 0.62, specular=0.35),
        "alloy": _coat(_rgb(0.62, 0.63, 0.645), 0.24, **metal),
        "barrel": _coat(_rgb(0.07), 0.45, metallic=0.6),
        "brake": _coat(_rgb(0.34), 0.32, **metal),
        "plate": _coat(_rgb(0.62), 0.35),
        "badge_face": _varnish(_emblem()),
        "badge_ring": _coat(_rgb(0.80), 0.12, **metal),
    }


def _emblem() -> dict[str, Any]:
    import mitsuba as mi  # a variant must have been chosen first

    picture = draw_emblem()
    linear = np.where(picture <= 0.04045, picture / 12.92, ((picture + 0.055) / 1.055) ** 2.4)
    bitmap = mi.Bitmap(np.ascontiguousarray(linear, dtype=np.float32))
    return {"type": "bitmap", "bitmap": bitmap, "raw": True, "wrap_mode": "clamp"}

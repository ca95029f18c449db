"""What the car is made of, and which of its materials are paint, lamps and emblem."""

import math
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from .shapes import Floats

# The paint is traced as if its pigment sent back all light; `pigment` is the factor put in later.
PAINT_IOR = 1.55
PAINTED = frozenset({"paint"})
# These have a mirror reflection that is traced apart from the rest where the eye meets them.
SPLIT = frozenset({
    "paint", "gloss_black", "glass", "lens", "lamp_glass", "lamp_beam", "tail_lens", "tail_glass",
    "screen_glass", "badge_face",
})  # fmt: skip
BADGE = frozenset({"badge_face", "badge_ring"})
# Lamps: which of `lights.LAMPS` they are, and their radiance.
EMISSION: dict[str, tuple[str, tuple[float, float, float]]] = {
    "light": ("head", (1.15, 1.18, 1.22)),
    "lamp_beam": ("beam", (7.0, 7.0, 6.8)),
    "tail_light": ("tail", (3.4, 0.12, 0.08)),
}


def pigment(albedo: Floats) -> Floats:
    """Return how much of the light under the varnish comes out again, for a unit of paint.

    Light thrown back into the pigment by the varnish's inside comes again and again, and takes on
    more of its colour: a / (1 - a r), r the inner reflectance (as Mitsuba's nonlinear plastic).
    """
    return np.asarray(albedo / (1.0 - albedo * _inner_reflectance()), dtype=np.float64)


def _inner_reflectance() -> float:
    import mitsuba as mi  # a variant must have been chosen first

    return float(mi.fresnel_diffuse_reflectance(1.0 / PAINT_IOR)[0])


def _rgb(*values: float) -> dict[str, Any]:
    return {"type": "rgb", "value": list(values if len(values) == 3 else values * 3)}


def _coat(base: dict[str, Any], roughness: float, **more: Any) -> dict[str, Any]:
    plain = {"type": "principled", "base_color": base, "roughness": roughness, "specular": 0.5}
    return {"type": "twosided", "bsdf": plain | more}


def _varnish(base: dict[str, Any], ior: float = 1.5, *, nonlinear: bool = True) -> dict[str, Any]:
    """A colour under clear lacquer: sharp reflections that grow towards grazing angles."""
    plain = {"type": "plastic", "diffuse_reflectance": base, "int_ior": ior}
    return {"type": "twosided", "bsdf": plain | {"nonlinear": nonlinear}}


def _pane(**more: dict[str, Any]) -> dict[str, Any]:
    return {"type": "thindielectric", "int_ior": 1.5} | more


def materials() -> dict[str, dict[str, Any]]:
    """Return a Mitsuba BSDF dictionary for each material of the car."""
    metal = {"metallic": 1.0}
    return {
        "paint": _varnish(_rgb(1.0 - _inner_reflectance()), PAINT_IOR, nonlinear=False),
        "gloss_black": _varnish(_rgb(0.005)),
        "glass": _varnish(_rgb(0.010, 0.013, 0.014), 1.58),
        "plastic": _coat(_rgb(0.018), 0.50),
        "dark_chrome": _coat(_rgb(0.20), 0.18, **metal),
        "satin": _coat(_rgb(0.55), 0.22, **metal),
        "chrome": _coat(_rgb(0.78), 0.08, **metal),
        "lens": _pane(),
        "lamp_house": _coat(_rgb(0.05), 0.30),
        "lamp_glass": _varnish(_rgb(0.02, 0.025, 0.035), 1.7),
        "light": _coat(_rgb(0.85), 0.4),
        "lamp_beam": _varnish(_rgb(0.03, 0.035, 0.05), 1.7),
        "tail_light": _coat(_rgb(0.55, 0.02, 0.02), 0.4),
        "screen_glass": _pane(
            specular_reflectance=_rgb(0.5), specular_transmittance=_rgb(0.74, 0.78, 0.76)
        ),
        "seat": _coat(_rgb(0.30, 0.275, 0.25), 0.6),
        "tail_glass": _pane(specular_transmittance=_rgb(0.85, 0.10, 0.09)),
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


_SKY, _SUN, _LAND, _ROAD, _LINE = "#0b4fd6", "#ff8a00", "#0a2a78", "#f4f6fa", "#e01b24"


def draw_emblem(size: int = 1024) -> Floats:
    """Draw our own emblem, a sun rising over a road: sRGB values 0..1, (size, size, 3)."""
    big = 2 * size
    picture = Image.new("RGB", (big, big), _SKY)
    draw = ImageDraw.Draw(picture)
    middle, horizon = big / 2, big * 0.56
    for ray in range(9):
        turn = math.pi * (ray + 0.5) / 9
        spread = 0.055
        tips = [(middle + big * math.cos(turn + d), horizon - big * math.sin(turn + d))
                for d in (-spread, spread)]  # fmt: skip
        draw.polygon([(middle, horizon), *tips], fill="#2f7bff")
    sun = big * 0.245
    draw.ellipse([middle - sun, horizon - sun, middle + sun, horizon + sun], fill=_SUN)
    draw.rectangle([0, horizon, big, big], fill=_LAND)
    draw.polygon([(big * 0.47, horizon), (big * 0.53, horizon), (big * 0.74, big),
                  (big * 0.26, big)], fill=_ROAD)  # fmt: skip
    draw.polygon([(big * 0.493, horizon), (big * 0.507, horizon), (big * 0.545, big),
                  (big * 0.455, big)], fill=_LINE)  # fmt: skip
    small = picture.resize((size, size), Image.Resampling.BOX)
    return np.asarray(small, dtype=np.float64) / 255.0

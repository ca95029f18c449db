"""The emblem's picture: our own invention, a sun rising over a road under a blue sky."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

from .shapes import Floats

_SKY, _SUN, _LAND, _ROAD, _LINE = "#0b4fd6", "#ff8a00", "#0a2a78", "#f4f6fa", "#e01b24"


def draw_emblem(size: int = 1024) -> Floats:
    """Draw the emblem; return sRGB values 0..1, (size, size, 3)."""
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

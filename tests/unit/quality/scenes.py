"""Plates drawn with a known road, horizon and light, to try single measures on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from shared.quality.colour import Bytes

SIZE = (576, 720)
HORIZON = 0.5
FOCAL = math.hypot(*SIZE)
Colour = tuple[int, int, int]
BLUE: tuple[Colour, Colour] = ((60, 130, 205), (150, 200, 235))
GREY: tuple[Colour, Colour] = ((150, 152, 155), (185, 187, 188))
ROSE: tuple[Colour, Colour] = ((110, 90, 130), (245, 160, 110))
BLACK: tuple[Colour, Colour] = ((6, 10, 28), (20, 26, 50))
DIM: tuple[Colour, Colour] = ((62, 70, 112), (130, 118, 140))


def plate(
    sky: tuple[Colour, Colour] = BLUE, ground: Colour = (112, 112, 112), horizon: float = HORIZON
) -> Bytes:
    """Draw a sky that runs from one colour to another, and a mottled ground."""
    width, height = SIZE
    row = round(horizon * height)
    canvas = np.empty((height, width, 3))
    canvas[:row] = np.linspace(*sky, row)[:, None]
    canvas[row:] = ground
    canvas[row:] += np.random.default_rng(3).normal(0, 1.0, canvas[row:].shape)
    return np.clip(np.rint(canvas), 0, 255).astype(np.uint8)


def with_road(picture: Bytes, heading: float, horizon: float = HORIZON) -> Bytes:
    """Draw four light lines that run to the road's vanishing point, with smooth edges."""
    width, height = SIZE
    row = horizon * height
    far = width / 2 + FOCAL * math.tan(math.radians(heading))
    large = Image.fromarray(picture).resize((width * 3, height * 3))
    pen = ImageDraw.Draw(large)
    for drop in (0.08, 0.16, 0.28, 0.5):
        # Through a row below the horizon at the middle of the picture.
        at = (width / 2, row + drop * height)
        slope = (at[1] - row) / (at[0] - far) if abs(at[0] - far) > 1 else math.inf
        for x0 in (-3 * width,):
            if math.isinf(slope):
                continue
            x1 = 4 * width
            ends = [(x, row + (x - far) * slope) for x in (x0, x1) if x != far]
            kept = [(x, y) if y > row else (far, row) for x, y in ends]
            pen.line([(3 * x, 3 * y) for x, y in kept], fill=(215, 215, 205), width=15)
    small = large.resize(SIZE, Image.Resampling.BOX)
    out = picture.copy()
    first = round(row) + 4
    out[first:] = np.asarray(small)[first:]
    return out


def with_lane(picture: Bytes, horizon: float = HORIZON) -> Bytes:
    """Draw lines that meet in the middle of the horizon: a road straight ahead."""
    width, height = SIZE
    row = horizon * height
    large = Image.fromarray(picture).resize((width * 3, height * 3))
    pen = ImageDraw.Draw(large)
    for x in (-700, -250, 60, 500, 826, 1276):
        pen.line([(3 * width / 2, 3 * row), (3 * x, 3 * height)], fill=(215, 215, 205), width=15)
    small = large.resize(SIZE, Image.Resampling.BOX)
    out = picture.copy()
    first = round(row) + 4
    out[first:] = np.asarray(small)[first:]
    return out


def lit_from(picture: Bytes, side: int, horizon: float = HORIZON) -> Bytes:
    """Lighten the sky towards one side, 1 right, -1 left."""
    row = round(horizon * SIZE[1])
    out = picture.astype(float)
    ramp = np.linspace(-1, 1, SIZE[0]) * side * 14
    out[:row] += ramp[None, :, None]
    lit: Bytes = np.clip(np.rint(out), 0, 255).astype(np.uint8)
    return lit

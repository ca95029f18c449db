"""The plate as the measures of belonging look at it: small, its horizon known, its sky found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from PIL import Image

from shared.quality.colour import Bytes, Floats, Mask, Singles, decode, lab, lightness

LINES, LIGHT = 104_000, 26_000
_SKY_STEP = 9.0


class Estimate(NamedTuple):
    """What was measured on a plate, and how far it is to be believed; from 0.5 on it counts."""

    value: float
    confidence: float


@dataclass(frozen=True)
class Scene:
    """A plate [h,w,3] reduced by `factor` (small / full), and its horizon's row in it."""

    pixels: Bytes
    factor: float
    horizon: float

    @property
    def size(self) -> tuple[int, int]:
        """Height and width, small pixels."""
        return (self.pixels.shape[0], self.pixels.shape[1])

    @cached_property
    def light(self) -> Singles:
        """L* [h,w]."""
        return lightness(self.pixels)

    @cached_property
    def linear(self) -> Floats:
        """Linear light [h,w,3]."""
        return decode(self.pixels)

    @cached_property
    def lab(self) -> Floats:
        """CIELAB [h,w,3]."""
        return lab(self.linear)

    @cached_property
    def first_row(self) -> int:
        """The first whole row of the ground."""
        return min(max(round(self.horizon), 1), self.size[0] - 1)

    @cached_property
    def sky(self) -> Mask:
        """Where the sky is [h,w]: from the top of each column down to its first hard step."""
        top = self.light[: self.first_row]
        steps = np.zeros(top.shape, dtype=bool)
        steps[1:] = np.abs(np.diff(top, axis=0)) > _SKY_STEP
        steps[:, 1:] |= np.abs(np.diff(top, axis=1)) > _SKY_STEP
        found = np.zeros(self.size, dtype=bool)
        found[: self.first_row] = ~np.logical_or.accumulate(steps, axis=0)
        return found


def scene_of(plate: Bytes, horizon: float, pixels: int = LINES) -> Scene:
    """Reduce a plate [H,W,3] by area means to about so many pixels; `horizon`: share of H."""
    height, width = plate.shape[:2]
    factor = min(1.0, (pixels / (height * width)) ** 0.5)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    # Whole blocks first, which Pillow does ten times as fast.
    small = Image.fromarray(plate)
    block = max(1, int(1 / factor / 1.5))
    small = small.reduce(block).resize(size, Image.Resampling.BOX)
    return Scene(np.asarray(small), size[1] / height, horizon * size[1])

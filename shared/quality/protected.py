"""Gate G1: the fully opaque car pixels of a poster are those of the frozen render."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shared.errors import PictureError

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True)
class ProtectedPixels:
    """How many pixels are protected, and how many of them differ in any channel."""

    total: int
    changed: int


def compare(poster: Image.Image, car: Image.Image, offset: tuple[int, int]) -> ProtectedPixels:
    """Compare an RGB poster (H, W) with the frozen RGBA car placed at `offset` (x, y), pixels.

    N_diff = #{p : alpha(p) = 255 and R(p) != F(p)}; PictureError when the car is cropped.
    """
    (left, top), (width, height) = offset, car.size
    right, bottom = left + width, top + height
    if left < 0 or top < 0 or right > poster.width or bottom > poster.height:
        msg = "the placement puts the car outside the picture"
        raise PictureError(msg)
    frozen = np.asarray(car)
    placed = np.asarray(poster.crop((left, top, right, bottom)))
    opaque = frozen[..., 3] == 255
    differs = (placed != frozen[..., :3]).any(axis=-1)
    return ProtectedPixels(int(opaque.sum()), int((differs & opaque).sum()))

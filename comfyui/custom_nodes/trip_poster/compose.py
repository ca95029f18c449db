"""Lay the frozen car over the plate: opaque pixels copied, edges blended in linear light."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .colour import decode, encode
from .errors import PlacementError

if TYPE_CHECKING:
    from .colour import Bytes


def compose(plate: Bytes, car: Bytes, x: int, y: int) -> tuple[Bytes, Bytes]:
    """Return the poster [H,W,3] and the protected mask [H,W] (255 = copied car pixel).

    `car` is straight sRGB RGBA with coverage alpha, laid at an integer offset, unscaled.
    """
    height, width = car.shape[:2]
    if x < 0 or y < 0 or x + width > plate.shape[1] or y + height > plate.shape[0]:
        car = _cut(car, plate.shape[0] - y, plate.shape[1] - x)
        if x < 0 or y < 0:
            msg = "the car's picture lies outside the canvas"
            raise PlacementError(msg)
        height, width = car.shape[:2]
    poster, protected = plate.copy(), np.zeros(plate.shape[:2], dtype=np.uint8)
    target = poster[y : y + height, x : x + width]
    alpha = car[..., 3]
    opaque = alpha == 255
    edge = (alpha > 0) & ~opaque
    target[opaque] = car[..., :3][opaque]
    share = (alpha[edge].astype(np.float32) / np.float32(255.0))[:, None]
    target[edge] = encode(share * decode(car[..., :3][edge]) + (1 - share) * decode(target[edge]))
    protected[y : y + height, x : x + width][opaque] = 255
    return poster, protected


def _cut(car: Bytes, height: int, width: int) -> Bytes:
    """Cut empty rows and columns that hang over the canvas; visible ones may not."""
    if car[max(height, 0) :, :, 3].any() or car[:, max(width, 0) :, 3].any():
        msg = "the car does not fit into the canvas"
        raise PlacementError(msg)
    return car[:height, :width]

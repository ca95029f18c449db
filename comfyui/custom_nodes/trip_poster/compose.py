"""Lay the frozen car over the plate: opaque pixels copied, edges blended in linear light."""

from __future__ import annotations

import numpy as np

from .colour import Bytes, decode, encode
from .errors import PlacementError


def compose(plate: Bytes, car: Bytes, x: int, y: int) -> tuple[Bytes, Bytes]:
    """Return the poster [H,W,3] and the protected mask [H,W] (255 = copied car pixel).

    `car` is straight sRGB RGBA with coverage alpha, laid at an integer offset, unscaled.
    """
    car, x, y = cut_to(car, plate.shape[:2], x, y)
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


def cut_to(car: Bytes, canvas: tuple[int, ...], x: int, y: int) -> tuple[Bytes, int, int]:
    """Cut what hangs over a canvas (height, width); raises PlacementError where it is visible."""
    top, left = max(-y, 0), max(-x, 0)
    inside = car[top : max(canvas[0] - y, 0), left : max(canvas[1] - x, 0)]
    if (inside[..., 3] > 0).sum() != (car[..., 3] > 0).sum():
        raise PlacementError("the car does not fit into the canvas")
    return inside, max(x, 0), max(y, 0)

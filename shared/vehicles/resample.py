"""Shrink a straight-alpha sRGB picture in premultiplied, linear light."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float32]"
Bytes: TypeAlias = "NDArray[np.uint8]"
Planes: TypeAlias = "tuple[Floats, Floats, Floats, Floats]"

_BLEED_PX = 4
_CODES: NDArray[Any] = np.arange(256) / 255.0


@dataclass(frozen=True)
class Shrink:
    """From one master size to one placed size, by the same scale on both axes.

    The height is rounded up and the master thought to go on transparent below,
    so that `scale` maps every point of the master exactly.
    """

    master: tuple[int, int]
    width: int

    @property
    def ratio(self) -> float:
        """Master pixels for one placed pixel."""
        return self.master[0] / self.width

    @property
    def size(self) -> tuple[int, int]:
        return (self.width, math.ceil(self.master[1] / self.ratio - 1e-9))

    def apply(self, plane: Floats) -> Floats:
        """Shrink one plane: an area mean at integer ratios, HAMMING at others."""
        width, height = self.size
        rows = math.ceil(height * self.ratio)
        below = rows - plane.shape[0]
        padded = np.pad(plane, ((0, below), (0, 0))) if below else plane
        filter_ = Image.Resampling.BOX if self.ratio.is_integer() else Image.Resampling.HAMMING
        box = (0.0, 0.0, float(self.master[0]), height * self.ratio)
        return np.asarray(Image.fromarray(padded).resize((width, height), filter_, box=box))


def decode_srgb(codes: Bytes) -> Floats:
    """Turn sRGB codes 0-255 into linear light 0-1 (IEC 61966-2-1, piecewise)."""
    return np.take(_decoded(), codes)


def encode_srgb(linear: NDArray[Any]) -> Bytes:
    """Turn linear light into sRGB codes, rounded, never truncated."""
    x = np.clip(linear, 0.0, 1.0).astype(np.float64)
    value = np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055)
    return np.rint(value * 255.0).astype(np.uint8)


def premultiplied(rgba: Bytes) -> Planes:
    """Return a straight sRGB RGBA picture's linear light times its alpha, then its alpha, 0-1."""
    alpha = rgba[..., 3].astype(np.float32) / np.float32(255)
    r, g, b = (decode_srgb(rgba[..., channel]) * alpha for channel in range(3))
    return (r, g, b, alpha)


def shrink_rgba(rgba: Bytes, shrink: Shrink) -> Bytes:
    """Shrink a straight sRGB RGBA picture; the colour under alpha 0 has no influence."""
    return shrink_planes(premultiplied(rgba), shrink)


def shrink_planes(planes: Planes, shrink: Shrink) -> Bytes:
    """Shrink what `premultiplied` has made of a picture; returns straight sRGB RGBA."""
    *light, alpha = (shrink.apply(plane) for plane in planes)
    small_alpha = np.clip(alpha, 0.0, 1.0)
    seen = small_alpha > 1 / 512
    colour = np.zeros((*seen.shape, 3), dtype=np.uint8)
    share = small_alpha[seen]
    colour[seen] = np.stack([encode_srgb(plane[seen] / share) for plane in light], -1)
    # np.rint lifts 254.5 and more to 255: the inside of the car is opaque, not 254.
    codes = np.where(seen, np.rint(small_alpha * 255.0), 0).astype(np.uint8)
    return np.dstack([_bled(colour, codes), codes])


@functools.cache
def _decoded() -> Floats:
    low = _CODES / 12.92
    high = ((_CODES + 0.055) / 1.055) ** 2.4
    return np.where(_CODES <= 0.04045, low, high).astype(np.float32)


def _bled(colour: Bytes, alpha: Bytes) -> Bytes:
    """Carry the edge's colour a few pixels outwards under alpha 0; black beyond."""
    known = np.pad(alpha > 0, 1)
    filled = np.where(known[1:-1, 1:-1, None], colour, 0).astype(np.float32)
    filled = np.pad(filled, ((1, 1), (1, 1), (0, 0)))
    for _ in range(_BLEED_PX):
        rows, columns = np.nonzero(_beside(known))
        above, below, left, right = rows - 1, rows + 1, columns - 1, columns + 1
        around = ((above, columns), (below, columns), (rows, left), (rows, right))
        weight = np.stack([known[at] for at in around]).sum(axis=0, dtype=np.float32)
        filled[rows, columns] = sum(filled[at] for at in around) / weight[:, None]
        known[rows, columns] = True
    return np.rint(filled[1:-1, 1:-1]).astype(np.uint8)


def _beside(known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what is not known and touches with a side what is; never the outermost."""
    found = np.zeros_like(known)
    inner = known[1:-1, 1:-1]
    near = known[:-2, 1:-1] | known[2:, 1:-1] | known[1:-1, :-2] | known[1:-1, 2:]
    found[1:-1, 1:-1] = near & ~inner
    return found

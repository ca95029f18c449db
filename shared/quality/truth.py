"""What the picture has to be round the car, computed once for all measures and copies.

    C = round(255 E(A D(F8) + (1 - A) D(B'))),  C[A = 255] = F8

F8, A: the frozen car and its alpha; B': the stored plate, 8 bits; D, E: sRGB decode and encode.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from shared.core.errors import PictureError
from shared.quality.colour import Bytes, Floats, Mask, Singles, decode, encode, lightness, mean_of
from shared.quality.masks import REACH, boxed, dilated, eroded, signed_distance

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.quality.evidence import Box

MARGIN, RIM = 12, 6
_BODY_INSET = 3


@dataclass(frozen=True)
class Window:
    """A rectangle of the picture, pixels: the car's frozen picture and a margin."""

    top: int
    left: int
    bottom: int
    right: int

    def cut(self, picture: Bytes) -> Bytes:
        """Return that part of a picture [H,W,...]."""
        return picture[self.top : self.bottom, self.left : self.right]


@dataclass(frozen=True)
class Truth:
    """The right pixels in the window, and the sets of pixels that are measured.

    `car` and `badge` fill the window, transparent where the frozen picture does not reach.
    """

    window: Window
    car: Bytes
    badge: Mask
    composite: Bytes

    @property
    def alpha(self) -> Bytes:
        """The car's coverage, 0-255."""
        return self.car[..., 3]

    @cached_property
    def opaque(self) -> Mask:
        """P = {A = 255}: the protected pixels."""
        return np.asarray(self.alpha == 255)

    @cached_property
    def band(self) -> Mask:
        """K = dilate({0 < A < 255}, 1 px): the edge."""
        return dilated((self.alpha > 0) & ~self.opaque)

    @cached_property
    def protected_badge(self) -> Mask:
        return self.badge & self.opaque

    @cached_property
    def body(self) -> Mask:
        """The paint region: opaque, 3 px from any edge, and not the badge."""
        return eroded(self.opaque, _BODY_INSET) & ~self.badge

    @cached_property
    def paint(self) -> Bytes:
        """The codes [n,3] of the paint region, as ordered; of all that is opaque if there is none.

        In the order of `paint_at`.
        """
        return self.car[..., :3][self.paint_at]

    @cached_property
    def paint_at(self) -> Mask:
        return self.body if self.body.any() else self.opaque

    @cached_property
    def paint_mean(self) -> Floats:
        """The linear mean colour of the paint, as ordered."""
        return mean_of(self.paint)

    @cached_property
    def distance(self) -> Singles:
        """Signed distance to the silhouette A >= 0.5, pixels, + inside."""
        return signed_distance(self.alpha >= 128)

    @cached_property
    def rim(self) -> Mask:
        """All pixels that halo and seam look at: up to RIM beside the edge, REACH from the car's.

        L* of the whole window would be most of what the two cost.
        """
        return boxed(self.band, RIM) | (np.abs(self.distance) <= REACH)

    @cached_property
    def light(self) -> Singles:
        """L* of the composite at the rim, 0 elsewhere."""
        return self.light_of(self.composite)

    def light_of(self, picture: Bytes) -> Singles:
        """Return L* of a window's picture at the rim, 0 elsewhere."""
        light = np.zeros(self.rim.shape, dtype=np.float32)
        light[self.rim] = lightness(picture[self.rim])
        return light


def truth_of(plate: Bytes, car: Bytes, badge: Bytes, offset: tuple[int, int]) -> Truth:
    """Compose the truth from the plate [H,W,3], frozen car [h,w,4] and badge mask [h,w].

    `offset` is (x, y) of the frozen picture; it may hang over the canvas where it is empty.
    PictureError when a visible part of the car would be cut off.
    """
    height, width = plate.shape[:2]
    x, y = offset
    window = Window(
        top=max(0, y - MARGIN),
        left=max(0, x - MARGIN),
        bottom=min(height, y + car.shape[0] + MARGIN),
        right=min(width, x + car.shape[1] + MARGIN),
    )
    if window.top >= window.bottom or window.left >= window.right:
        raise PictureError("the placement puts the car outside the picture")
    laid = _laid(car, window, offset)
    if int((laid[..., 3] > 0).sum()) != int((car[..., 3] > 0).sum()):
        raise PictureError("the placement puts the car outside the picture")
    mask = _laid(badge[..., None], window, offset)[..., 0] == 255
    return Truth(window, laid, mask, _composed(window.cut(plate), laid))


def _laid(picture: Bytes, window: Window, offset: tuple[int, int]) -> Bytes:
    """Return the picture in the window's frame, zero beyond it."""
    rows, columns = window.bottom - window.top, window.right - window.left
    out = np.zeros((rows, columns, picture.shape[2]), dtype=np.uint8)
    at_x, at_y = offset[0] - window.left, offset[1] - window.top
    x0, y0 = max(at_x, 0), max(at_y, 0)
    x1, y1 = min(at_x + picture.shape[1], columns), min(at_y + picture.shape[0], rows)
    out[y0:y1, x0:x1] = picture[y0 - at_y : y1 - at_y, x0 - at_x : x1 - at_x]
    return out


def _composed(plate: Bytes, car: Bytes) -> Bytes:
    alpha, colour = car[..., 3], car[..., :3]
    opaque = alpha == 255
    edge = (alpha > 0) & ~opaque
    out = plate.copy()
    out[opaque] = colour[opaque]
    share = (alpha[edge] / 255.0)[:, None]
    out[edge] = encode(share * decode(colour[edge]) + (1 - share) * decode(plate[edge]))
    return out


def changed_pixels(picture: Bytes, truth: Truth) -> int:
    """Return N_diff = #{p : A(p) = 255 and R(p) != F8(p)} of the window [h,w,3]."""
    differs = _differs(picture, truth.car)
    return int(np.count_nonzero(differs & truth.opaque))


def stray_pixels(picture: Bytes, plate: Bytes, truth: Truth, declared: Iterable[Box]) -> int:
    """Count pixels [H,W,3] that are neither the plate's nor the car's nor in a declared box.

    Nothing else may lie on a poster: no glow round the car, no watermark, no veil.
    """
    differs = _differs(picture, plate)
    at = truth.window
    differs[at.top : at.bottom, at.left : at.right] &= truth.alpha == 0
    for x0, y0, x1, y1 in declared:
        differs[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)] = False
    return int(np.count_nonzero(differs))


def _differs(one: Bytes, other: Bytes) -> Mask:
    """Say where any of the three colours differs; plane by plane, which is quickest."""
    red, green, blue = (one[..., c] != other[..., c] for c in range(3))
    return np.asarray(red | green | blue)

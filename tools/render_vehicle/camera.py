"""The level camera: a pinhole that never tilts and crops its film instead; and the views."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from .shapes import Floats


@dataclass(frozen=True)
class View:
    """Where the eye stands: the angle from the car's nose to it, counterclockwise from above."""

    heading_deg: float
    distance_m: float = 8.8
    height_m: float = 1.3


VIEWS = {
    "front_left": View(37.0),
    "front_right": View(-37.0),
    "side_left": View(62.0, 9.4),
    "rear_right": View(-143.0),
    "hero_left": View(27.0, 7.2, 0.75),
}


@dataclass(frozen=True)
class Camera:
    """A pinhole at eye height, turned about the vertical only; `crop` is x0, y0, width, height.

    A mirrored camera shows what a mirror in the ground's place would show, in the same pixels.
    """

    view: View
    focal_px: float
    crop: tuple[int, int, int, int] = (0, 0, 0, 0)
    mirrored: bool = False

    @property
    def eye(self) -> Floats:
        """The eye in metres: x forward, y to the car's left, z up."""
        turn = math.radians(self.view.heading_deg)
        far = self.view.distance_m
        height = -self.view.height_m if self.mirrored else self.view.height_m
        return np.array([far * math.cos(turn), far * math.sin(turn), height])

    @property
    def axes(self) -> tuple[Floats, Floats]:
        """Unit vectors along the optical axis and to the right of the picture."""
        turn = math.radians(self.view.heading_deg)
        forward = np.array([-math.cos(turn), -math.sin(turn), 0.0])
        return forward, np.array([forward[1], -forward[0], 0.0])

    @property
    def horizon_y(self) -> float:
        """The row of the horizon in the cropped picture."""
        return float(-self.crop[1])

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the cropped picture in pixels."""
        return self.crop[3], self.crop[2]

    def project(self, points: Floats) -> Floats:
        """Project points (n, 3) to pixels (n, 2) of the cropped picture."""
        forward, right = self.axes
        offset = np.asarray(points, dtype=np.float64) - self.eye
        depth = offset @ forward
        up = -offset[:, 2] if self.mirrored else offset[:, 2]
        x = self.focal_px * (offset @ right) / depth - self.crop[0]
        y = -self.focal_px * up / depth - self.crop[1]
        return np.stack([x, y], axis=1)

    def boxed(self, box: tuple[int, int, int, int], shrink: int) -> Camera:
        """Look at another box x0, y0, x1, y1 of this picture's pixels, `shrink` times smaller.

        The box's sides must be multiples of `shrink`; corners then fall on corners of pixels.
        """
        x0, y0, x1, y1 = box
        crop = (
            (self.crop[0] + x0) / shrink, (self.crop[1] + y0) / shrink,
            (x1 - x0) / shrink, (y1 - y0) / shrink,
        )  # fmt: skip
        whole = (round(crop[0]), round(crop[1]), round(crop[2]), round(crop[3]))
        if any(abs(c - w) > 1e-9 for c, w in zip(crop, whole, strict=True)):
            raise ValueError(f"box {box} is not aligned to {shrink} pixels of the optical axis")
        return replace(self, focal_px=self.focal_px / shrink, crop=whole)

    def aligned(self, box: Floats, shrink: int) -> tuple[int, int, int, int]:
        """Grow a box x0, y0, x1, y1 outwards until `boxed` takes it."""
        low = np.floor((box[:2] + self.crop[:2]) / shrink) * shrink - self.crop[:2]
        high = np.ceil((box[2:] + self.crop[:2]) / shrink) * shrink - self.crop[:2]
        return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def frame_car(points: Floats, view: View, *, width: int, margin: int) -> Camera:
    """Choose focal length and crop so that the points fill `width` pixels but for the margin."""
    flat = Camera(view, 1.0).project(points)
    low, high = flat.min(axis=0), flat.max(axis=0)
    # One pixel is kept back so that the integer crop never eats into the margin.
    focal = (width - 2 * margin - 1) / (high[0] - low[0])
    x0 = math.floor(low[0] * focal) - margin
    y0 = math.floor(low[1] * focal) - margin
    # An even height lets the half-size picture be an exact 2x2 mean.
    height = math.ceil(high[1] * focal) + margin - y0
    height += height % 2
    return Camera(view, focal, (x0, y0, width, height))

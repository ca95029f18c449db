"""The level three-quarter camera: a pinhole that never tilts and crops its film instead."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Camera:
    """A pinhole at eye height, turned about the vertical only; `crop` is x0, y0, width, height."""

    azimuth_deg: float
    distance_m: float
    height_m: float
    focal_px: float
    crop: tuple[int, int, int, int] = (0, 0, 0, 0)

    @property
    def eye(self) -> Floats:
        """The eye in metres: x forward, y to the car's left, z up."""
        turn = math.radians(self.azimuth_deg)
        along, across = self.distance_m * math.cos(turn), self.distance_m * math.sin(turn)
        return np.array([along, across, self.height_m])

    @property
    def horizon_y(self) -> float:
        """The row of the horizon in the cropped picture."""
        return float(-self.crop[1])

    def project(self, points: Floats) -> Floats:
        """Project points (n, 3) to pixels (n, 2) of the cropped picture."""
        forward = -self.eye * np.array([1.0, 1.0, 0.0]) / self.distance_m
        right = np.array([forward[1], -forward[0], 0.0])
        offset = np.asarray(points, dtype=np.float64) - self.eye
        depth = offset @ forward
        x = self.focal_px * (offset @ right) / depth - self.crop[0]
        y = -self.focal_px * offset[:, 2] / depth - self.crop[1]
        return np.stack([x, y], axis=1)


def frame_car(
    points: Floats,
    *,
    azimuth_deg: float,
    distance_m: float,
    height_m: float,
    width: int,
    margin: int,
) -> Camera:
    """Choose focal length and crop so that the points fill `width` pixels but for the margin."""
    unit = Camera(azimuth_deg, distance_m, height_m, 1.0)
    flat = unit.project(points)
    low, high = flat.min(axis=0), flat.max(axis=0)
    # One pixel is kept back so that the integer crop never eats into the margin.
    focal = (width - 2 * margin - 1) / (high[0] - low[0])
    x0 = math.floor(low[0] * focal) - margin
    y0 = math.floor(low[1] * focal) - margin
    # An even height lets the half-size picture be an exact 2x2 mean.
    height = math.ceil(high[1] * focal) + margin - y0
    height += height % 2
    return Camera(azimuth_deg, distance_m, height_m, focal, (x0, y0, width, height))

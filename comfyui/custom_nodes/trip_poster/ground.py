"""Ground the car: what its presence does to the plate, never to the car.

Tyre contact, underbody occlusion and cast shadow are multiplied into the plate in linear
light; on a wet road the car is mirrored faintly. Nothing above the horizon changes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageDraw

from .colour import Bytes, Floats, decode, encode
from .footprint import Point, hull, moved, outline, tyre_patches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .placement import Placement
    from .vehicle_files import Vehicle

SEASONS = ("spring", "summer", "autumn", "winter")
WEATHERS = ("clear", "cloudy", "overcast", "rain", "snow", "fog", "sand")
TIMES = ("dawn", "day", "dusk", "night")

_CAST = {"clear": 0.35, "cloudy": 0.2, "overcast": 0.1, "rain": 0.06, "snow": 0.1, "sand": 0.12}
_CAST_AT = {"dawn": 0.7, "day": 1.0, "dusk": 0.7, "night": 0.0}
# Light that still reaches the shadow, linear RGB: from the sky, more from snow, fog and dust.
_AMBIENT = {
    "snow": (0.10, 0.12, 0.18),
    "fog": (0.13, 0.13, 0.15),
    "sand": (0.12, 0.10, 0.07),
}
_AMBIENT_IN = {"winter": (0.08, 0.09, 0.13)}
_AMBIENT_ELSE = (0.06, 0.07, 0.10)
_DARKEST = 0.94
_SUPERSAMPLE = 2
# A 35 mm lens on an upright frame: focal length over picture width.
FOCAL_WIDTHS = 1.45
# Footprints as shares of (wheelbase, track); bumpers reach well beyond the wheels.
_UNDERBODY = (1.42, 1.06)
_SURROUNDINGS = (1.65, 1.30)
_BODY = (1.60, 1.08)
_ROOF = (1.00, 0.80)


@dataclass(frozen=True)
class Scene:
    """What the trip says of the light."""

    season: str
    weather: str
    time_of_day: str

    @property
    def cast(self) -> float:
        """Strength of the cast shadow, 0-1."""
        return _CAST.get(self.weather, 0.0) * _CAST_AT.get(self.time_of_day, 1.0)

    @property
    def ambient(self) -> tuple[float, float, float]:
        """Share of light left in the deepest shadow, linear RGB."""
        by_season = _AMBIENT_IN.get(self.season, _AMBIENT_ELSE)
        return _AMBIENT.get(self.weather, by_season)


def shade(plate: Bytes, vehicle: Vehicle, placement: Placement, scene: Scene) -> Bytes:
    """Return the plate [H,W,3] with the car's shadow; rows above the horizon are untouched."""
    top = placement.horizon_y
    shadow = shadow_mask(vehicle, placement, scene)[top:, :, None]
    region = decode(plate[top:])
    out: Bytes = plate.copy()
    out[top:] = encode(region * (1 - shadow * (1 - np.asarray(scene.ambient, dtype=np.float32))))
    return out


def shadow_mask(vehicle: Vehicle, placement: Placement, scene: Scene) -> Floats:
    """Return the shadow [H,W], 0 = none, at most 0.94.

    Built from three occlusions and one cast shadow, each a filled shape under a Gaussian;
    sizes and blurs are shares of the wheelbase as seen.
    """
    top = placement.horizon_y
    feet = [(x, y - top) for x, y in map(placement.point, vehicle.contacts)]
    length = _length(feet)
    field = _Field(placement.canvas[0], placement.canvas[1] - top)
    keep = 1 - 0.80 * field.soft(tyre_patches(feet), 0.012 * length)
    keep *= 1 - 0.86 * field.soft([outline(feet, *_UNDERBODY)], 0.030 * length)
    keep *= 1 - 0.50 * field.soft([outline(feet, *_SURROUNDINGS)], 0.075 * length)
    if scene.cast > 0:
        roof = moved(outline(feet, *_ROOF), cast_vector(vehicle, placement))
        blur = (0.018 + 0.04 * vehicle.light_softness) * length
        keep *= 1 - scene.cast * field.soft([hull([*outline(feet, *_BODY), *roof])], blur)
    full = np.zeros((placement.canvas[1], placement.canvas[0]), dtype=np.float32)
    full[top:] = np.clip(1 - keep, 0.0, _DARKEST)
    return full


def gaussian_shapes(
    placement: Placement, shapes: Sequence[Sequence[Point]], feet: Sequence[Point], blur: float
) -> Floats:
    """Return shapes [rows,W], from the horizon down, filled with 1 and softened.

    `blur` is a share of the wheelbase as seen; `feet` and shapes count from the horizon's row.
    """
    field = _Field(placement.canvas[0], placement.canvas[1] - placement.horizon_y)
    return field.soft(shapes, blur * _length(feet))


def _length(feet: Sequence[Point]) -> float:
    return max(math.dist(feet[0], feet[1]), math.dist(feet[3], feet[2]))


def cast_vector(vehicle: Vehicle, placement: Placement) -> Point:
    """Return where the roof's shadow falls from its foot, in canvas pixels.

    Sideways the ground has the car's own scale; in depth it is foreshortened by
    camera height / distance, which is (contact row - horizon row) / focal length.
    """
    height = placement.scale * (vehicle.contact_y - vehicle.roof_y)
    elevation = math.radians(min(max(vehicle.light_elevation_deg, 25.0), 85.0))
    azimuth = math.radians(vehicle.light_azimuth_deg)
    reach = height / math.tan(elevation)
    drop = placement.contact_y - placement.horizon_y
    flat = min(max(drop / (FOCAL_WIDTHS * placement.canvas[0]), 0.1), 0.5)
    return (-math.sin(azimuth) * reach, math.cos(azimuth) * reach * flat)


@dataclass(frozen=True)
class _Field:
    """The ground part of the canvas, where shapes are drawn and softened."""

    width: int
    height: int

    def soft(self, shapes: Sequence[Sequence[Point]], sigma: float) -> Floats:
        """Fill polygons with 1 and blur them by a Gaussian.

        A wide blur leaves nothing that a coarser grid could not hold, so it is made there.
        """
        # The power of two by which the grid may be coarser: the blur stays 4 cells wide.
        step = 1 << max(0, math.floor(math.log2(max(sigma, 1.0) / 4)))
        columns, rows = -(-self.width // step), -(-self.height // step)
        scale = _SUPERSAMPLE / step
        sheet = Image.new("L", (columns * _SUPERSAMPLE, rows * _SUPERSAMPLE))
        pen = ImageDraw.Draw(sheet)
        for shape in shapes:
            pen.polygon([(x * scale, y * scale) for x, y in shape], fill=255)
        filled = np.asarray(sheet.reduce(_SUPERSAMPLE), dtype=np.float32) / np.float32(255.0)
        soft = gaussian(filled, sigma / step)
        if step == 1:
            return soft
        size = (columns * step, rows * step)
        wide = Image.fromarray(soft).resize(size, Image.Resampling.BICUBIC)
        return np.clip(np.asarray(wide)[: self.height, : self.width], 0.0, 1.0)


def gaussian(plane: NDArray[Any], sigma: float, across: float | None = None) -> Floats:
    """Blur one plane [H,W], by `sigma` down and `across`; beyond its border lies 0."""
    across = sigma if across is None else across
    pad = math.ceil(3 * max(sigma, across)) + 1
    wide = np.pad(plane, pad)
    fy, fx = np.fft.fftfreq(wide.shape[0]), np.fft.rfftfreq(wide.shape[1])
    down, along = (-2 * (math.pi * each) ** 2 for each in (sigma, across))
    transfer = np.exp(down * fy**2)[:, None] * np.exp(along * fx**2)[None, :]
    soft = np.fft.irfft2(np.fft.rfft2(wide) * transfer, s=wide.shape)
    return np.clip(soft[pad:-pad, pad:-pad], 0.0, None).astype(np.float32)

"""Grade the plate toward the render's light: the scene comes to the car, never the reverse.

Three multipliers for each channel of linear light: exposure and white balance, so that the ground
round the car suits the light the car was rendered in, and a faint tint of season and hour. A render
that was chosen by its light is near already: it is met less than a third of the way, untinted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from .colour import Bytes, Floats, decode, encode, luminance
from .footprint import outline
from .lit_by import lit_by, suited_ground

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .ground import Scene
    from .placement import Placement
    from .vehicle_files import Vehicle

# Luminance of the ground on which a studio-lit car looks at home, linear.
_GROUND = {"dawn": 0.13, "day": 0.20, "dusk": 0.12, "night": 0.06}
_GROUND_IN = {"snow": 1.8, "fog": 1.2, "sand": 1.2, "overcast": 0.9, "rain": 0.8}
# How much of the way there is gone: the painter's light is meant, and only helped.
_EXPOSURE_SHARE = 0.35
_BALANCE_SHARE = 0.25
_EXPOSURE = (0.7, 1.4)
_MEMBER_SHARE = 0.3
_MEMBER_EXPOSURE = (0.9, 1.12)
_BALANCE = (0.92, 1.08)
_DARK = 0.5
_TINTED_LIGHT = {"dawn", "dusk", "night"}
_TINTS = {
    "spring": (1.000, 1.010, 0.995),
    "summer": (1.010, 1.005, 0.990),
    "autumn": (1.025, 1.000, 0.970),
    "winter": (0.980, 1.000, 1.025),
    "dawn": (1.005, 1.000, 1.005),
    "day": (1.000, 1.000, 1.000),
    "dusk": (1.015, 1.000, 0.985),
    "night": (0.985, 0.995, 1.020),
}
# The ring between these two, shares of (wheelbase, track), is the ground round the car.
_RING_OUTER, _RING_INNER = (2.1, 1.9), (1.42, 1.06)


def grade(plate: Bytes, vehicle: Vehicle, placement: Placement, scene: Scene) -> Bytes:
    """Return the plate [H,W,3] graded; black stays black and white stays white."""
    curves = np.stack([_curve(float(gain)) for gain in gains(plate, vehicle, placement, scene)])
    graded: Bytes = np.empty_like(plate)
    for channel in range(3):
        graded[..., channel] = curves[channel][plate[..., channel]]
    return graded


def gains(
    plate: Bytes, vehicle: Vehicle, placement: Placement, scene: Scene
) -> NDArray[np.float64]:
    """Return the gain of each channel of dark linear light."""
    tint = np.array(_TINTS.get(scene.season, (1, 1, 1)), dtype=np.float64)
    tint = tint * _TINTS.get(scene.time_of_day, (1, 1, 1))
    ground = _ground_colour(plate, vehicle, placement)
    if ground is None:
        return np.ones(3) if vehicle.lit else tint
    level = max(float(luminance(ground)), 1e-4)
    ratio = daylight(vehicle.light_cct_k) / np.maximum(ground / level, 1e-3)
    if vehicle.lit:
        return _members_gains(level, ratio, vehicle)
    wanted = _GROUND.get(scene.time_of_day, 0.2) * _GROUND_IN.get(scene.weather, 1.0)
    exposure = np.clip((wanted / level) ** _EXPOSURE_SHARE, *_EXPOSURE)
    coloured = scene.time_of_day in _TINTED_LIGHT or scene.weather == "sand"
    share = _BALANCE_SHARE / 2 if coloured else _BALANCE_SHARE
    balanced: NDArray[np.float64] = exposure * np.clip(ratio**share, *_BALANCE) * tint
    return balanced


def _members_gains(
    level: float, ratio: NDArray[np.float64], vehicle: Vehicle
) -> NDArray[np.float64]:
    """Return the gains toward a render that says what hour and ground it was lit for."""
    lit = lit_by(vehicle)
    share = _MEMBER_SHARE * _EXPOSURE_SHARE
    exposure = np.clip((suited_ground(lit) / level) ** share, *_MEMBER_EXPOSURE)
    if lit.dark >= _DARK:
        return np.full(3, min(exposure, 1.0))  # lamps colour a night's ground; it is not lifted
    balance = np.clip(ratio ** (_MEMBER_SHARE * _BALANCE_SHARE), *_BALANCE)
    gains: NDArray[np.float64] = exposure * balance
    return gains


def daylight(kelvin: float) -> NDArray[np.float64]:
    """Return linear sRGB of daylight at luminance 1; CIE 15, daylight locus, 4,000-25,000 K."""
    t = min(max(kelvin, 4000.0), 25000.0)
    if t <= 7000:
        x = 0.244063 + 0.09911e3 / t + 2.9678e6 / t**2 - 4.6070e9 / t**3
    else:
        x = 0.237040 + 0.24748e3 / t + 1.9018e6 / t**2 - 2.0064e9 / t**3
    y = -3.0 * x**2 + 2.870 * x - 0.275
    xyz = np.array([x / y, 1.0, (1 - x - y) / y])
    to_rgb = np.array(
        [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]]
    )
    rgb: NDArray[np.float64] = to_rgb @ xyz
    return rgb


def _curve(gain: float) -> Bytes:
    """Return code -> code: `gain` times dark light, bending to keep white where it is."""
    linear = decode(np.arange(256, dtype=np.uint8)).astype(np.float64)
    return encode(linear * gain / (1 + (gain - 1) * linear))


def _ground_colour(plate: Bytes, vehicle: Vehicle, placement: Placement) -> Floats | None:
    """Return the mean linear colour [3] of the ground round the car, None when out of sight."""
    feet = [placement.point(each) for each in vehicle.contacts]
    sheet = Image.new("1", placement.canvas)
    pen = ImageDraw.Draw(sheet)
    pen.polygon(outline(feet, *_RING_OUTER), fill=1)
    pen.polygon(outline(feet, *_RING_INNER), fill=0)
    ring = np.asarray(sheet).copy()
    ring[: placement.horizon_y] = False
    if not ring.any():
        return None
    mean: Floats = decode(plate[ring]).mean(axis=0)
    return mean

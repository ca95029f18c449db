"""Set a car into a plate, up to the car itself: grade, shadow, mirror, lamps.

A render that brings passes shadows and mirrors by them; one without by its footprint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .colour import Bytes, Floats, decode, encode
from .grade import grade
from .ground import Scene, shade
from .passes import DARKEST, has_shadow, lamp_light, mirrored, shadow_light
from .plate_light import read_light
from .reflection import reflect
from .vehicle_files import Size, Vehicle, read_car

if TYPE_CHECKING:
    from .placement import Placement

# A ground whose green is stronger than red and blue by this share mirrors nothing.
_GREEN = 0.4


def grounded(
    picture: Bytes, vehicle: Vehicle, placement: Placement, size: Size, scene: Scene
) -> tuple[Bytes, Bytes]:
    """Return the plate [H,W,3] with all that the car does to it, and the graded one without.

    Rows above the horizon are only graded.
    """
    bare = grade(picture, vehicle, placement, scene)
    wet = scene.weather == "rain"
    if has_shadow(vehicle):
        plate = _by_passes(picture, bare, vehicle, placement, scene, wet=wet)
        wet = wet and "reflection" not in vehicle.passes
    else:
        plate = shade(bare, vehicle, placement, scene)
    if wet:
        plate = reflect(plate, read_car(vehicle, size), vehicle, placement)
    return plate, bare


def _by_passes(
    picture: Bytes, bare: Bytes, vehicle: Vehicle, placement: Placement, scene: Scene, *, wet: bool
) -> Bytes:
    light = read_light(picture, placement.horizon_y / placement.canvas[1], scene)
    top = placement.horizon_y
    ground = decode(bare[top:])
    lit = ground * shadow_light(vehicle, placement, scene, light)
    added = lamp_light(vehicle, placement, scene, ground)
    lit = lit if added is None else lit + added
    mirror = mirrored(vehicle, placement) if wet else None
    if mirror is not None:
        smooth = _smooth(ground)
        mixed = lit * (1 - smooth * mirror[1][..., None]) + smooth * mirror[0]
        lit = np.maximum(mixed, DARKEST * ground)
    plate: Bytes = bare.copy()
    plate[top:] = encode(lit)
    return plate


def _smooth(ground: Floats) -> Floats:
    """Return [rows,W,1]: 1 where wet ground mirrors, 0 where it is green and grown over."""
    green = ground[..., 1] / np.maximum(np.maximum(ground[..., 0], ground[..., 2]), 1e-4) - 1
    smooth: Floats = (1 - np.clip(green / _GREEN, 0.0, 1.0))[..., None]
    return smooth

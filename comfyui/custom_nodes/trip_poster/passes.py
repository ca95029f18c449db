"""What a render's own passes do to the ground: shadow of sun and sky, reflection, lamps.

The plate decides how strong the sun's shadow is: light in the shade is the sky's alone, and how
much of the ground's light that is depends on how hard the plate's sun is. All in linear light,
rows from the horizon down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

from .colour import Floats, decode
from .footprint import tyre_patches
from .ground import Scene, gaussian, gaussian_shapes
from .vehicle_files import Pass, Vehicle, read_pass

if TYPE_CHECKING:
    from .placement import Placement
    from .plate_light import PlateLight

# What a sun gives a level ground, against the sky, where a render does not say.
_SUN_TO_SKY = 3.0
_LAMP_SHARE = 0.5
# A pass of a few hundred pixels loses the line on which the tyres press.
_CONTACT, _CONTACT_BLUR, _CONTACT_GAIN = 0.92, 0.016, 1.35
# Ground under a tyre is never black: light gets there from all round.
DARKEST = 0.13
# A pass that is cut off by its own border fades towards it, over this share of its side.
_CUT, _FADE = 0.02, 0.3
# Half a penumbra, pixels of the pass: its samples are as coarse as its pixels.
_PENUMBRA = 1.0
_MIRROR, _MIRROR_FADE = 0.30, 0.45
# How far rough wet ground smears what it mirrors, down and across, pixels of the pass.
_RIPPLES = (9.0, 2.5)
_LAMPS = {"dusk": 0.35, "night": 0.8}
_ALBEDO, _MOST_ALBEDO = 0.22, 0.7


def has_shadow(vehicle: Vehicle) -> bool:
    return "shadow_sky" in vehicle.passes or "shadow_sun" in vehicle.passes


def shadow_light(vehicle: Vehicle, placement: Placement, scene: Scene, light: PlateLight) -> Floats:
    """Return the share of light [rows,W,3] that is left on the ground, by channel."""
    sky = _grey(vehicle, placement, "shadow_sky")[..., None]
    pressed = 1 - _CONTACT * _contact(vehicle, placement)[..., None]
    if "shadow_sun" in vehicle.passes:
        share = sky_share(vehicle, scene, light)
        sky = share * sky + (1 - share) * _grey(vehicle, placement, "shadow_sun")[..., None]
    left: Floats = np.maximum(sky * pressed, DARKEST).astype(np.float32)
    return np.broadcast_to(left, (*left.shape[:2], 3))


def sky_share(vehicle: Vehicle, scene: Scene, light: PlateLight) -> Floats:
    """Return the share of the ground's light that is the sky's, by channel: what shade keeps.

    It is as small as the render's own sun is strong, as far as the plate's is hard; the harder,
    the bluer, as the scene's own shade is.
    """
    stated = _SUN_TO_SKY if vehicle.sun_to_sky is None else vehicle.sun_to_sky
    sun = light.hard.value * stated / (1 + stated)
    if stated == 0:  # what casts a shadow by night are lamps
        sun = _LAMP_SHARE * light.night.value
    ambient = np.asarray(scene.ambient, dtype=np.float32)
    tint = 1 + sun * ((ambient / ambient.mean()) ** 0.6 - 1)
    share: Floats = np.clip((1 - sun) * tint, 0.05, 1.0).astype(np.float32)
    return share


def mirrored(vehicle: Vehicle, placement: Placement) -> tuple[Floats, Floats] | None:
    """Return premultiplied linear RGB [rows,W,3] and weight [rows,W] of a wet ground's mirror."""
    found = read_pass(vehicle, "reflection", "RGBA")
    if found is None:
        return None
    picture, told = found
    straight = np.asarray(picture)
    alpha = straight[..., 3].astype(np.float32) / np.float32(255.0)
    light = decode(straight[..., :3]) * alpha[..., None]
    alpha, *colours = (gaussian(each, *_RIPPLES) for each in (alpha, *np.moveaxis(light, 2, 0)))
    planes = [_laid(plane, told, placement, 0.0) for plane in (*colours, alpha)]
    rows = np.arange(planes[0].shape[0], dtype=np.float32) + placement.horizon_y
    fade = 1.0 - (rows - placement.contact_y) / (_MIRROR_FADE * placement.height)
    weight: Floats = np.float32(_MIRROR) * np.clip(fade, 0.0, 1.0).astype(np.float32)[:, None]
    colour: Floats = np.dstack(planes[:3]) * weight[..., None]
    return colour, planes[3] * weight


def lamp_light(
    vehicle: Vehicle, placement: Placement, scene: Scene, ground: Floats
) -> Floats | None:
    """Return what the car's lamps add to the ground [rows,W,3]: light times its albedo."""
    strength = _LAMPS.get(scene.time_of_day, 0.0)
    found = read_pass(vehicle, "lamps", "RGB") if strength and vehicle.lamps else None
    if found is None:
        return None
    picture, told = found
    planes = np.asarray(picture).astype(np.float32) / np.float32(255.0)
    light = np.dstack([_laid(planes[..., c], told, placement, 0.0) for c in range(3)])
    level = max(float(np.median(ground)), 1e-3)
    albedo = np.clip(ground / level * _ALBEDO, 0.02, _MOST_ALBEDO)
    return (strength * light * albedo).astype(np.float32)


def _grey(vehicle: Vehicle, placement: Placement, name: str) -> Floats:
    """Return a shadow pass [rows,W], 1 where there is none."""
    found = read_pass(vehicle, name, "L")
    if found is None:
        rows = placement.canvas[1] - placement.horizon_y
        return np.ones((rows, placement.canvas[0]), dtype=np.float32)
    soft = found[0].filter(ImageFilter.GaussianBlur(_PENUMBRA))
    plane = np.asarray(soft).astype(np.float32) / np.float32(255.0)
    return _laid(plane, found[1], placement, 1.0)


def _laid(plane: Floats, told: Pass, placement: Placement, beyond: float) -> Floats:
    """Lay a plane, which fills its box of the master, over the canvas below the horizon."""
    (x0, y0), (x1, y1) = (placement.point(each) for each in (told.box[:2], told.box[2:]))
    across, down = plane.shape[1] / (x1 - x0), plane.shape[0] / (y1 - y0)
    top = placement.horizon_y
    matrix = (across, 0.0, -x0 * across, 0.0, down, (top - y0) * down)
    size = (placement.canvas[0], placement.canvas[1] - top)
    plane = _faded(plane - np.float32(beyond))
    # Zero is what Pillow puts beyond the border, so what is laid is the difference from there.
    moved = Image.fromarray(plane).transform(
        size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR
    )
    return np.asarray(moved) + np.float32(beyond)


def _faded(plane: Floats) -> Floats:
    """Return a plane that is 0 on each border; one that is not cut off there stays as it is."""
    for axis in (0, 1):
        count = plane.shape[axis]
        near = np.clip((np.arange(count) + 0.5) / (_FADE * count), 0.0, 1.0)
        ramp = (near * near * (3 - 2 * near)).astype(np.float32)
        for side, weight in ((0, ramp), (-1, ramp[::-1])):
            if float(np.abs(np.take(plane, side, axis=axis)).mean()) > _CUT:
                plane = plane * (weight[:, None] if axis == 0 else weight[None, :])
    return plane


def _contact(vehicle: Vehicle, placement: Placement) -> Floats:
    top = placement.horizon_y
    feet = [(x, y - top) for x, y in map(placement.point, vehicle.contacts)]
    soft = gaussian_shapes(placement, tyre_patches(feet), feet, _CONTACT_BLUR)
    pressed: Floats = np.minimum(_CONTACT_GAIN * soft, np.float32(1.0))
    return pressed

"""The passes beside a picture: shadows and lamps on the ground, and the frame of the mirror."""

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy import ndimage

from .camera import Camera
from .ground import LAMP_COLOURS, sky_shares, street_light, sun_shares
from .lamps import OwnLamps
from .lights import SUNS
from .picture import eight_bits
from .render import CarScene
from .shapes import Floats
from .store import Box, Mask

SHRINK = 2  # passes are this many times smaller than the picture
_CROSS = ndimage.generate_binary_structure(2, 1)
_REACH = 24.0  # metres a shadow is looked for about the car


def ground_points(camera: Camera, fine: int = 1) -> Floats:
    """Return where the ground meets the middles of pixels, or of `fine` x `fine` parts of each.

    (height, width, 2), NaN at the horizon and above.
    """
    height, width = (fine * side for side in camera.size)
    column = (np.arange(width) + 0.5) / fine + camera.crop[0]
    row = (np.arange(height) + 0.5) / fine + camera.crop[1]
    depth = np.full(height, np.nan)
    below = row > 0.5
    depth[below] = camera.focal_px * camera.view.height_m / row[below]
    forward, right = camera.axes
    across = depth[:, None] * column[None, :] / camera.focal_px
    spot = depth[:, None, None] * forward[:2] + across[..., None] * right[:2]
    return np.asarray(spot + camera.eye[:2], dtype=np.float64)


def _frame(camera: Camera, value: Callable[[Floats], Floats], shrink: int) -> Box | None:
    """Return the box about the part of the ground where a pass's value counts."""
    line = np.arange(-_REACH, _REACH, 0.2)
    at = np.stack(np.meshgrid(line, line), axis=-1)
    forward, _ = camera.axes
    ahead = (at - camera.eye[:2]) @ forward[:2] > 1.2
    spots = at[ahead & (value(at) > 0.02)]
    if not len(spots):
        return None
    flat = camera.project(np.column_stack([spots, np.zeros(len(spots))]))
    height, width = camera.size
    low = np.maximum(flat.min(axis=0) - 4, [-1.6 * width, camera.horizon_y + 3])
    high = np.minimum(flat.max(axis=0) + 4, [2.6 * width, 1.7 * height])
    return camera.aligned(np.concatenate([low, high]), shrink)


def _mask(camera: Camera, share: Callable[[Floats, int], Floats], rays: int,
          fine: int) -> Mask | None:  # fmt: skip
    """Trace a shadow with `fine` x `fine` points a pixel."""
    box = _frame(camera, lambda at: 1.0 - share(at, 16), SHRINK)
    if box is None:
        return None
    at = ground_points(camera.boxed(box, SHRINK), fine)
    remains = np.where(np.isfinite(at[..., 0]), share(np.nan_to_num(at, nan=1e3), rays), 1.0)
    height, width = remains.shape
    remains = remains.reshape(height // fine, fine, width // fine, fine).mean(axis=(1, 3))
    if fine > 1:  # close slits of light between parts of the car
        remains = ndimage.grey_opening(remains, footprint=_CROSS)
    return Mask(eight_bits(remains), box)


def trace_masks(car: CarScene, camera: Camera, lamps: OwnLamps) -> dict[str, Mask]:
    """Trace the shadows of the sky, of each sun and of the street lamps, and the own lamps."""
    heading = camera.view.heading_deg

    def street(at: Floats, rays: int) -> Floats:
        lit, clear = street_light(car, at, heading, rays)
        return np.asarray(lit / np.maximum(clear, 1e-9), dtype=np.float64)

    # A sun's shadow has sharp edges, the sky's none.
    masks = {
        "sky": _mask(camera, partial(sky_shares, car), 256, 1),
        "street": _mask(camera, street, 32, 2),
    }
    for name, sun in SUNS.items():
        share = partial(sun_shares, car, sun, heading)
        masks[name] = _mask(camera, share, 32, 2)
    masks["lamps"] = _lamp_mask(camera, lamps)
    return {name: mask for name, mask in masks.items() if mask is not None}


def _lamp_mask(camera: Camera, lamps: OwnLamps) -> Mask | None:
    shrink = 2 * SHRINK
    box = _frame(camera, lambda at: lamps.light(at).max(axis=-1), shrink)
    if box is None:
        return None
    at = np.nan_to_num(ground_points(camera.boxed(box, shrink)), nan=1e3)
    return Mask(eight_bits(lamps.light(at) @ np.array(list(LAMP_COLOURS.values()))), box)


def mirror_camera(camera: Camera, points: Floats) -> Camera:
    """Return the half-size camera that sees the car in a mirror on the ground."""
    mirror = Camera(camera.view, camera.focal_px, camera.crop, mirrored=True)
    flat = mirror.project(points)
    box = camera.aligned(np.concatenate([flat.min(axis=0) - 2, flat.max(axis=0) + 2]), SHRINK)
    return mirror.boxed(box, SHRINK)

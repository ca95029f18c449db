"""The depth picture of a level camera over flat ground: known, where a model would guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .compose import cut_to
from .ground import FOCAL_WIDTHS
from .placement import Placement, place
from .vehicle_files import Vehicle, read_car

if TYPE_CHECKING:
    from .colour import Bytes
    from .layout import Layout

# Depth ControlNets are trained on inverse depth stretched over the picture; beyond this is far.
_FAR_METRES = 120.0


def depth_plate(
    canvas: tuple[int, int],
    horizon: float,
    camera_height: float,
    vehicle: Vehicle | None = None,
    layout: Layout | None = None,
) -> Bytes:
    """Return inverse depth [H,W] as codes: 255 at the lower edge, 0 at the horizon and above.

    Pinhole, level camera at `camera_height` metres: depth(y) = height * focal / (y - horizon).
    A layout's horizon takes the place of `horizon`. With a vehicle, its silhouette stands at
    the depth of its nearest tyre, upright.
    """
    width, height = canvas
    horizon = horizon if layout is None else layout.horizon
    horizon_y = round(horizon * height)
    below = np.maximum(np.arange(height, dtype=np.float64) - horizon_y, 0.0)
    nearness = np.maximum(below / (camera_height * FOCAL_WIDTHS * width) - 1 / _FAR_METRES, 0.0)
    rows = np.rint(255 * nearness / max(float(nearness[-1]), 1e-9)).astype(np.uint8)
    depth: Bytes = np.repeat(rows[:, None], width, axis=1)
    if vehicle is not None:
        placement, size = place(vehicle, canvas, horizon, layout)
        _stand(depth, read_car(vehicle, size), placement)
    return depth


def _stand(depth: Bytes, car: Bytes, placement: Placement) -> None:
    """Put the car's silhouette at the depth of the row it touches the ground on."""
    near = depth[min(placement.contact_y, depth.shape[0] - 1), 0]
    car, x, y = cut_to(car, depth.shape, placement.x, placement.y)
    target = depth[y : y + car.shape[0], x : x + car.shape[1]]
    seen = car[..., 3] >= 128
    target[seen] = np.maximum(target[seen], near)

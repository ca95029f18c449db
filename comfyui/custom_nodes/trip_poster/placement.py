"""Where the car stands: the one relation that makes it belong to the scene.

Pinhole, level camera: y_contact = y_horizon + s * (contact row - horizon row of the render),
so once the size s is chosen, the two horizons meet and the row follows; x stays free.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .errors import PlacementError

if TYPE_CHECKING:
    from .colour import Bytes
    from .vehicle_files import Size, Vehicle

_LEFT, _RIGHT = 0.04, 0.96
_LOWEST_CONTACT = 0.90

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Placement:
    """The frozen picture's integer offset in the canvas, and what lies where; canvas pixels."""

    vehicle: str
    width: int
    height: int
    x: int
    y: int
    scale: float
    horizon_y: int
    contact_y: int
    canvas: tuple[int, int]
    car_box: Box
    badge_box: Box

    def point(self, master: tuple[float, float]) -> tuple[float, float]:
        """Carry a point of the master render into the canvas."""
        return (self.x + self.scale * master[0], self.y + self.scale * master[1])

    def to_json(self) -> str:
        """Return the text of placement.json."""
        return json.dumps({"schema": 1, **asdict(self)}, indent=1)


def place(vehicle: Vehicle, canvas: tuple[int, int], horizon: float) -> tuple[Placement, Size]:
    """Choose the widest frozen size that fits a canvas (width, height); raises PlacementError.

    `horizon` is the horizon's row as a share of the height. Never enlarges, never mirrors.
    """
    for size in sorted(vehicle.sizes, key=lambda each: -each.width):
        placement = _at(vehicle, size, canvas, round(horizon * canvas[1]))
        if _fits(placement):
            return placement, size
    msg = f"no size of {vehicle.reference} fits {canvas[0]}x{canvas[1]} at horizon {horizon:.3f}"
    raise PlacementError(msg)


def with_tight_box(placement: Placement, car: Bytes) -> Placement:
    """Shrink the car's box to its visible pixels (RGBA car)."""
    seen = car[..., 3] > 0
    columns, rows = np.flatnonzero(seen.any(axis=0)), np.flatnonzero(seen.any(axis=1))
    x, y = placement.x, placement.y
    box = (x + columns[0], y + rows[0], x + columns[-1] + 1, y + rows[-1] + 1)
    x0, y0, x1, y1 = (int(each) for each in box)
    return replace(placement, car_box=(x0, y0, x1, y1))


def _at(vehicle: Vehicle, size: Size, canvas: tuple[int, int], horizon_y: int) -> Placement:
    x = (canvas[0] - size.width) // 2
    y = horizon_y - round(size.scale * vehicle.horizon_y)
    x0, y0, x1, y1 = (size.scale * each for each in vehicle.badge_box)
    return Placement(
        vehicle=vehicle.reference,
        width=size.width,
        height=size.height,
        x=x,
        y=y,
        scale=size.scale,
        horizon_y=horizon_y,
        contact_y=round(y + size.scale * vehicle.contact_y),
        canvas=canvas,
        car_box=(x, y, x + size.width, y + size.height),
        badge_box=(x + int(x0), y + int(y0), x + math.ceil(x1), y + math.ceil(y1)),
    )


def _fits(placement: Placement) -> bool:
    width, height = placement.canvas
    x0, y0, x1, _ = placement.car_box
    inside = x0 >= _LEFT * width and x1 <= _RIGHT * width and y0 >= 0
    return inside and placement.contact_y <= _LOWEST_CONTACT * height

"""Where the car stands: the one relation that makes it belong to the scene.

Pinhole, level camera: y_contact = y_horizon + s * (contact row - horizon row of the render),
so once the size s is chosen, the two horizons meet and the row follows; x stays free. A layout
says where and how wide the car's visible box is to be; without one it stands in the middle.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .errors import PlacementError
from .vehicle_files import Size, Vehicle, read_car

if TYPE_CHECKING:
    from .colour import Bytes
    from .layout import Layout

_LEFT, _RIGHT = 0.04, 0.96
_LOWEST_CONTACT = 0.90
# A box of a few pixels more than the layout's width is still the width that was meant.
_WIDTH_SLACK = 0.01

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
        return json.dumps({"schema": 1, **asdict(self)}, indent=1)


def place(
    vehicle: Vehicle, canvas: tuple[int, int], horizon: float, layout: Layout | None = None
) -> tuple[Placement, Size]:
    """Choose a frozen size and its place in a canvas (width, height); raises PlacementError.

    Without a layout: the widest size that fits, in the middle; `horizon` is the horizon's row as a
    share of the height. With one its own horizon counts, and its car's centre and width.
    Never enlarges, never mirrors.
    """
    if layout is not None:
        return _laid_out(vehicle, canvas, layout)
    for size in sorted(vehicle.sizes, key=lambda each: -each.width):
        x = (canvas[0] - size.width) // 2
        placement = _at(vehicle, size, canvas, round(horizon * canvas[1]), x)
        x0, y0, x1, _ = placement.car_box
        inside = x0 >= _LEFT * canvas[0] and x1 <= _RIGHT * canvas[0] and y0 >= 0
        if inside and placement.contact_y <= _LOWEST_CONTACT * canvas[1]:
            return placement, size
    msg = f"no size of {vehicle.reference} fits {canvas[0]}x{canvas[1]} at horizon {horizon:.3f}"
    raise PlacementError(msg)


def _laid_out(vehicle: Vehicle, canvas: tuple[int, int], layout: Layout) -> tuple[Placement, Size]:
    """Take the largest size not wider than asked that stays in the safe area.

    Where each is wider than asked the smallest has to do.
    """
    ladder = sorted(vehicle.sizes, key=lambda each: -each.width)
    # The visible box as shares of a frozen picture is the same in every size.
    smallest = ladder[-1]
    sides = (smallest.width, smallest.height) * 2
    seen = [a / b for a, b in zip(_visible(read_car(vehicle, smallest)), sides, strict=True)]
    most = (layout.width + _WIDTH_SLACK) * canvas[0]
    fitting = [each for each in ladder if (seen[2] - seen[0]) * each.width <= most]
    for size in fitting or ladder[-1:]:
        middle = (seen[0] + seen[2]) / 2 * size.width
        x = round(layout.centre * canvas[0] - middle)
        placement = _at(vehicle, size, canvas, round(layout.horizon * canvas[1]), x)
        if _within(placement, seen, layout):
            return placement, size
    raise PlacementError(
        f"no size of {vehicle.reference} fits layout {layout.id or '(unnamed)'} in "
        f"{canvas[0]}x{canvas[1]}: its smallest is {ladder[-1].width} px wide; ask for another "
        "centre, a narrower car, a higher horizon or smaller safe margins"
    )


def _within(placement: Placement, seen: list[float], layout: Layout) -> bool:
    width, height = placement.canvas
    x0, x1 = (placement.x + seen[i] * placement.width for i in (0, 2))
    y0, y1 = (placement.y + seen[i] * placement.height for i in (1, 3))
    beside = x0 >= layout.sides * width and x1 <= (1 - layout.sides) * width
    return beside and y0 >= layout.top * height and y1 <= (1 - layout.bottom) * height


def with_tight_box(placement: Placement, car: Bytes) -> Placement:
    """Shrink the car's box to its visible pixels (RGBA car)."""
    x0, y0, x1, y1 = _visible(car)
    x, y = placement.x, placement.y
    return replace(placement, car_box=(x + x0, y + y0, x + x1, y + y1))


def with_choice(placement: str, choice: str) -> str:
    """Return placement.json with the choosing node's `choice`; raises PlacementError."""
    if not choice:
        return placement
    try:
        told = json.loads(choice)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise PlacementError("choice must be the JSON text of the choosing node")
    return json.dumps({**json.loads(placement), "choice": told}, indent=1)


def _visible(car: Bytes) -> Box:
    """Return the box of the pixels that are not wholly transparent."""
    seen = car[..., 3] > 0
    columns, rows = np.flatnonzero(seen.any(axis=0)), np.flatnonzero(seen.any(axis=1))
    return (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def _at(vehicle: Vehicle, size: Size, canvas: tuple[int, int], horizon_y: int, x: int) -> Placement:
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

"""What the gate is given: the task's stored pictures, the frozen car, and the orders."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.quality.colour import Bytes
    from shared.vehicles.sidecar import Camera, Light

Point = tuple[float, float]
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Car:
    """The frozen car at the placed size, and its sidecar's geometry in master pixels.

    `pixels` [h,w,4] straight sRGB with coverage alpha; `badge` [h,w], 255 = badge; `contacts` left
    rear, left front, right front, right rear. `light` and `camera` as the sidecar states them.
    """

    pixels: Bytes
    badge: Bytes
    scale: float
    contacts: tuple[Point, Point, Point, Point]
    horizon_y: float
    badge_box: Box
    light: Light | None = None
    camera: Camera | None = None

    @property
    def contact_y(self) -> float:
        """The row where the nearest tyre stands, master pixels."""
        return max(y for _, y in self.contacts)


@dataclass(frozen=True)
class Claims:
    """What placement.json says, to be checked: canvas pixels; `x`, `y` of the frozen picture."""

    x: int
    y: int
    height: int
    scale: float
    horizon_y: float
    contact_y: float
    canvas: tuple[int, int]
    car_box: Box
    badge_box: Box

    @classmethod
    def of(cls, placement: object) -> Claims:
        """Return what a placement.json, or a placement of the node pack, says under these names."""
        return cls(**{each.name: getattr(placement, each.name) for each in fields(cls)})


@dataclass(frozen=True)
class Caption:
    """The lettering that placement.json names: tight boxes, the ink's colour, a scrim's box."""

    boxes: tuple[Box, ...]
    ink: tuple[int, int, int]
    scrim: Box = (0, 0, 0, 0)


@dataclass(frozen=True)
class Orders:
    """What the trip asks of the scene; enum words."""

    season: str
    weather: str
    time_of_day: str


@dataclass(frozen=True)
class Frame:
    """What the poster's layout says: the horizon's row, the free margins; shares of the picture."""

    horizon: float
    safe_sides: float
    safe_top: float
    safe_bottom: float


@dataclass(frozen=True)
class Evidence:
    """One task: `plate` B' and `bare` B0 [H,W,3], car, claims, lettering, orders, the layout.

    Without `frame` horizon and margins are the settings'. Without `bare` nothing can be said of
    the shadow, and the poster does not pass. `alternatives`: how many other members of the car's
    set could have been set in, 0 for a set of one; None when no light and no ground were asked
    for, so that how they suit the car informs and decides nothing. `open_ground`: no road was.
    """

    plate: Bytes
    bare: Bytes | None
    car: Car
    claims: Claims
    caption: Caption | None
    mark_box: Box
    orders: Orders
    frame: Frame | None = None
    alternatives: int | None = None
    open_ground: bool = False


@dataclass(frozen=True)
class Delivered:
    """One delivered file: its bytes, and the pixels [H,W,3] decoded from them."""

    name: str
    data: bytes
    pixels: Bytes
    lossless: bool

"""From where the car was rendered, read from its tyres: heading of its long axis, and the lens."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.quality.evidence import Car, Claims, Point

# An upright frame's lens of about 70 mm, where tyres and sidecar say nothing of it.
_WIDTHS = 2.0


@dataclass(frozen=True)
class CarView:
    """The long axis' vanishing column and the lens, in master pixels; `heading` in degrees.

    Heading: the angle at the car from its nose to the eye, counterclockwise seen from above. Seen
    in the picture, the axis then recedes `heading` degrees to the right of the view, modulo 180.
    """

    heading: float
    axis_x: float
    focal: float
    principal_x: float


def view_of(car: Car) -> CarView | None:
    """Return the car's view; None when its sides run level, so that they meet the horizon nowhere.

    Both sides' tyres (rear to front) meet the horizon at the axis' vanishing point, both axles at
    that of the track. Two directions at right angles give the focal length of a level camera,
    f^2 = (x_a - c)(c - x_t) (Caprile, Torre 1990), where the sidecar does not state it.
    """
    left_rear, left_front, right_front, right_rear = car.contacts
    axis = _meeting(car.horizon_y, [(left_rear, left_front), (right_rear, right_front)])
    if axis is None:
        return None
    camera = car.camera
    centre = car.pixels.shape[1] / car.scale / 2
    if camera is not None and camera.principal_x is not None:
        centre = camera.principal_x
    focal = camera.focal_px if camera is not None and camera.focal_px else _focal(car, axis, centre)
    angle = math.degrees(math.atan((axis - centre) / focal))
    front = left_front[1] + right_front[1]
    if front < left_rear[1] + right_rear[1]:
        angle -= math.copysign(180, angle)
    return CarView(angle, axis, focal, centre)


def camera_error(car: Car) -> float | None:
    """Return degrees between the heading that the tyres show and the one that the sidecar states.

    A rear view with the camera of a front view is half a turn off. None when nothing is stated.
    """
    view = view_of(car)
    if view is None or car.camera is None:
        return None
    return abs((view.heading - car.camera.heading_deg + 180) % 360 - 180)


def axis_heading(car: Car, claims: Claims, view: CarView) -> float:
    """Return the long axis' heading in the poster, degrees right of the middle of the view.

    The placed axis' vanishing point, seen through the car's own lens from the poster's middle.
    """
    placed = claims.x + car.scale * view.axis_x
    return math.degrees(math.atan((placed - claims.canvas[0] / 2) / (car.scale * view.focal)))


def _focal(car: Car, axis: float, centre: float) -> float:
    left_rear, left_front, right_front, right_rear = car.contacts
    track = _meeting(car.horizon_y, [(left_front, right_front), (left_rear, right_rear)])
    square = 0.0 if track is None else (axis - centre) * (centre - track)
    return math.sqrt(square) if square > 1 else _WIDTHS * car.pixels.shape[1] / car.scale


def _meeting(horizon: float, lines: list[tuple[Point, Point]]) -> float | None:
    """Return the column where lines through two points each meet the horizon, in the mean."""
    found = []
    for (x0, y0), (x1, y1) in lines:
        if abs(y1 - y0) < 1e-6:
            continue
        found.append(x0 + (horizon - y0) * (x1 - x0) / (y1 - y0))
    return sum(found) / len(found) if found else None

"""What is known of the views by their names: the camera's heading, and so how the ground runs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from shared.composition.layouts import Car, layouts
from shared.core.formats import PIXELS
from shared.prompts.staging import Staging

if TYPE_CHECKING:
    from shared.jobs.record import Composition

# Degrees at the car from its nose to the eye, counterclockwise seen from above.
_HEADINGS = {
    "front_left": 37.0,
    "front_right": -37.0,
    "side_left": 66.0,
    "rear_right": -143.0,
    "hero_left": 27.0,
}
_LOW = {"hero_left": 0.75}
_EYE_METRES = 1.3
# A road that runs more across the picture than this is not asked for: there is open ground.
_STEEPEST = 50.0

_MIDDLE = 0.5
# Focal lengths: of the renders, in widths of the car they show, and of a plate, in its diagonals;
# the latter is a normal lens, 43 mm on film, which painting models have to be trusted with.
_CAR_LENS, _PLATE_LENS = 2.4, 1.0


class Lines(NamedTuple):
    """How the car's axis lies in the picture: degrees off the view, and where it recedes to."""

    degrees: int
    recede_right: bool


def eye_metres(view: str) -> float:
    """Return how high the eye is above the ground."""
    return _LOW.get(view, _EYE_METRES)


def ground_lines(view: str) -> Lines | None:
    """Return how a road runs that the car stands along; None for a view that suits no road."""
    heading = _HEADINGS.get(view)
    if heading is None:
        return None
    # The axis as seen from the eye, -90 to 90; negative is to the right of the view direction.
    off = (180 - heading) % 180
    off = off - 180 if off > 90 else off
    return Lines(round(abs(off)), off < 0) if abs(off) <= _STEEPEST else None


def staging_of(plan: Composition) -> Staging:
    """Return what the plate of a plan is asked for."""
    asked = layouts()[plan.layout].formats[plan.format]
    lines = ground_lines(plan.view) if plan.ground == "road" else None
    return Staging(
        light=plan.light,
        road=lines and _road(lines, asked.car, *PIXELS[plan.format]),
        horizon=asked.horizon,
        quiet=asked.quiet,
        eye_metres=eye_metres(plan.view),
    )


def _road(lines: Lines, car: Car, width: int, height: int) -> int:
    """Return how a road runs that meets the horizon where the car's axis does; degrees, + to right.

    A small car is a part of a wider view: seen through the plate's lens its axis runs steeper.
    """
    tangent = math.tan(math.radians(lines.degrees)) * (1 if lines.recede_right else -1)
    meets = (car.centre - _MIDDLE) * width + tangent * _CAR_LENS * car.width * width
    return round(math.degrees(math.atan2(meets, _PLATE_LENS * math.hypot(width, height))))

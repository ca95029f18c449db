"""What light a render was made in, from its sidecar, in the figures that a plate is measured in."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from .vehicle_files import Vehicle

# 0 a day, 1 a night; a car's own lamps are lit from the blue hour on.
_HOURS = {"sunrise": 0.15, "sunset": 0.15, "dusk": 0.4, "night": 1.0}
_BLUE_HOUR = 0.4
# The sun's light over the sky's at which a render counts as half hard.
_HALF_HARD = 0.3
_SOFT = {"overcast", "fog", "rain", "snow", "storm"}
# Linear luminance of the ground a render looks at home on, and how many stops a night is under.
_GROUND, _BRIGHT_GROUND, _NIGHT_STOPS = 0.17, 0.5, 3.2


class LitBy(NamedTuple):
    """What a render's sidecar says of its light, each 0-1 but `side`: -1 left, 1 right."""

    dark: float
    hard: float
    low: float
    side: float
    mired: float
    bright: float
    lamps: float


def lit_by(vehicle: Vehicle) -> LitBy:
    """Read a render's light from its sidecar; what it leaves unsaid follows from the softness."""
    dark = _HOURS.get(vehicle.time_of_day, 0.0)
    dark = max(dark, _BLUE_HOUR) if vehicle.lamps else dark
    if vehicle.sun_to_sky is not None:
        hard = vehicle.sun_to_sky / (_HALF_HARD + vehicle.sun_to_sky)
    else:
        hard = 0.15 if vehicle.weather in _SOFT else 1 - vehicle.light_softness
    hard = 0.0 if dark >= _BLUE_HOUR else hard
    return LitBy(
        dark=dark,
        hard=hard,
        low=float(np.clip((35 - vehicle.light_elevation_deg) / 15, 0.0, 1.0)),
        side=math.sin(math.radians(vehicle.light_azimuth_deg)),
        mired=1e6 / vehicle.light_cct_k,
        bright=float(vehicle.bright_ground),
        lamps=float(vehicle.lamps),
    )


def suited_ground(lit: LitBy) -> float:
    """Return the linear luminance of the ground that suits a render."""
    under = _BRIGHT_GROUND if lit.bright else _GROUND
    return float(under * 2 ** (-_NIGHT_STOPS * lit.dark))

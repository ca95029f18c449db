"""Where suns and street lamps stand about the car, for a view."""

from __future__ import annotations

import math

import numpy as np

from .lights import STREET, StreetLamp, Sun
from .shapes import Floats


def bearing(azimuth_deg: float, heading_deg: float) -> float:
    """Turn an azimuth off the view direction into an angle from the car's nose, in radians."""
    return math.radians(heading_deg + 180.0 - azimuth_deg)


def sun_direction(sun: Sun, heading_deg: float) -> Floats:
    """Return the unit vector towards a sun."""
    turn, rise = bearing(sun.azimuth_deg, heading_deg), math.radians(sun.elevation_deg)
    level = math.cos(rise)
    return np.array([level * math.cos(turn), level * math.sin(turn), math.sin(rise)])


def lamp_place(lamp: StreetLamp, heading_deg: float) -> Floats:
    """Return where a street lamp hangs, metres."""
    turn = bearing(lamp.azimuth_deg, heading_deg)
    return np.array([lamp.away_m * math.cos(turn), lamp.away_m * math.sin(turn), lamp.height_m])


def street_power() -> list[float]:
    """Return each lamp's intensity, so that all give the car's place the illuminance pi."""
    parts = [
        lamp.share * lamp.height_m / (lamp.away_m**2 + lamp.height_m**2) ** 1.5 for lamp in STREET
    ]
    return [math.pi * lamp.share / sum(parts) for lamp in STREET]

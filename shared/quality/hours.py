"""What kind of light a scene lies in: high sun, low sun, none, the blue hour, night.

People tell midday from sunrise and from night, and hardly more (Granzier, Valsecchi 2014,
JOV 14(1):22), so these five are what is told apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.quality.evidence import Orders
    from shared.quality.scene import Scene
    from shared.vehicles.sidecar import Light

HOURS = ("high", "low", "overcast", "dusk", "night")
# How far one light is from another for the eye, 0 to 1: in the order of HOURS.
_APART = (
    (0.0, 0.8, 0.4, 0.9, 1.0),
    (0.8, 0.0, 0.6, 0.4, 1.0),
    (0.4, 0.6, 0.0, 0.6, 1.0),
    (0.9, 0.4, 0.6, 0.0, 0.4),
    (1.0, 1.0, 1.0, 0.4, 0.0),
)
_GREY_WEATHERS = frozenset({"overcast", "fog", "storm", "rain", "snow"})
# A trip's weathers in which no sun shines, and the one whose air has a colour that no lamp has.
SUNLESS = frozenset({"overcast", "rain", "snow", "fog", "sand"})
TINTED = frozenset({"sand"})
_TWILIGHT = frozenset({"dawn", "dusk"})
_LOW_SUN, _SOFT = 25.0, 0.7
_LEAST_SKY = 0.04


@dataclass(frozen=True)
class Tones:
    """Medians of a scene: L* and C* of its sky, its rose, its glow, L* of its ground.

    rose: a* of the upper sky, less what the blue has of it, and half of a* above the horizon;
    glow: a* + b* above the horizon. `sky_share`: how much of what is above the horizon is sky.
    """

    sky_share: float
    sky_light: float
    sky_chroma: float
    rose: float
    glow: float
    ground_light: float


def tones_of(scene: Scene) -> Tones:
    """Return the tones of a scene; without a sky, of its upper part instead."""
    rows, columns = scene.size
    sky, first = scene.sky, scene.first_row
    share = float(sky.sum()) / (first * columns)
    if share < _LEAST_SKY:
        sky = np.zeros(scene.size, dtype=bool)
        sky[:first] = True
    above, upper = sky.copy(), sky.copy()
    above[: round(0.65 * first)] = False
    upper[round(0.5 * first) :] = False
    lowest = above if above.sum() > columns else sky
    highest = upper if upper.sum() > columns else sky
    light, red, yellow = np.moveaxis(scene.lab, -1, 0)
    ground = light[round(first + 0.2 * (rows - first)) :]
    return Tones(
        sky_share=share,
        sky_light=float(np.median(light[sky])),
        sky_chroma=float(np.median(np.hypot(red[sky], yellow[sky]))),
        rose=float(
            np.median(red[highest] + np.minimum(yellow[highest] + 20, 0) / 3)
            + np.median(red[lowest]) / 2
        ),
        glow=float(np.median(red[lowest] + yellow[lowest])),
        ground_light=float(np.median(ground)),
    )


def hours_in(tones: Tones) -> dict[str, float]:
    """Return how probable each of HOURS is: a softmax of plain rules on lightness and colour.

    By day a sky is blue and never rose; a low sun tints it rose above a glow; the blue hour is
    dark, with a dark ground; a night is black; clouds have no colour.
    """
    sky, ground, glow = tones.sky_light, tones.ground_light, tones.glow
    dim = 1 / (1 + math.exp((sky - 58) / 2.5))
    # Under a dim sky a low sun is redder than what the blue hour keeps of it.
    rosy = min(3.0, (tones.rose + 4) / 1.2) - dim * max(0.0, 19 - tones.rose) / 2
    # A ground far darker than its sky lies against the light.
    against = max(0.0, sky - ground - 45) / 5
    # A dark blue sky without any glow over a ground that is seen is a noon's.
    noon = max(0.0, -glow - 15) / 5 if ground > 25 else 0.0
    scores = (
        (sky - 52) / 6 + (tones.sky_chroma - 10) / 3 - max(0.0, tones.rose + 4.5) / 0.7 - against,
        rosy
        + min(4.0, max(-3.0, (glow - 5 - 20 * dim) / 5))
        - dim * max(0.0, 43 - ground) / 2
        + against,
        (sky - 50) / 8 + (9 - tones.sky_chroma) / 2 - max(0.0, tones.rose - 1) / 2,
        3 - max(0.0, sky - 48) / 2.5 - max(0.0, 28 - sky) / 3 - max(0.0, ground - 40) / 4 - noon,
        (29 - sky) / 3 + (30 - ground) / 8,
    )
    most = max(scores)
    powers = [math.exp(max(score - most, -60.0)) for score in scores]
    return {name: power / sum(powers) for name, power in zip(HOURS, powers, strict=True)}


def hours_under(weather: str, shown: Mapping[str, float]) -> dict[str, float]:
    """Return the hours of a scene whose weather is known: coloured clouds are no sun.

    `weather` is what the scene was ordered with; the palette's rules see to it that it is there.
    """
    if weather not in SUNLESS:
        return dict(shown)
    soft = shown["high"] + shown["low"] + shown["overcast"]
    return {**shown, "high": 0.0, "low": 0.0, "overcast": soft}


def hour_of(light: Light) -> str:
    """Return which of HOURS a render's light stands for, by its words, else by its figures."""
    if light.time_of_day in {"night", "dusk"}:
        return light.time_of_day
    if light.sun_to_sky == 0 or light.softness >= _SOFT or light.weather in _GREY_WEATHERS:
        return "dusk" if light.lamps else "overcast"
    return "low" if light.elevation_deg < _LOW_SUN else "high"


def apart(hours: Mapping[str, float], hour: str, orders: Orders) -> float:
    """Return the expected distance, 0 to 1, of an hour from what a scene shows."""
    row = dict(zip(HOURS, _APART[HOURS.index(hour)], strict=True))
    alike = _alike(orders)
    if hour in alike:
        row |= dict.fromkeys(alike, 0.0)
    return sum(hours[name] * row[name] for name in HOURS)


def _alike(orders: Orders) -> tuple[str, ...]:
    """Return the hours between which a scene lies, so that either suits it.

    A sunless dawn or dusk: a grey day and the blue hour. One with loose clouds: a low sun and a
    grey day. An autumn's day, which is painted golden: a high sun and a low one.
    """
    if orders.time_of_day in _TWILIGHT and orders.weather in {*SUNLESS, "cloudy"}:
        return ("low" if orders.weather == "cloudy" else "dusk", "overcast")
    return ("high", "low") if (orders.season, orders.time_of_day) == ("autumn", "day") else ()

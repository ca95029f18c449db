"""Does the scene look like the season, weather and hour that were ordered: gross misses only.

The rules start from Lab statistics of labelled scenes and are kept wide: a plate that breaks one
is plainly another scene. What colours cannot decide (a southern winter, an overcast spring) has
no rule; its statistics are reported and fail nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from shared.quality.colour import lab_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.quality.colour import Bytes
    from shared.quality.evidence import Orders

_SAMPLE = (144, 180)
_GREY_WEATHER = frozenset({"overcast", "rain", "fog"})
_OPEN_WEATHER = frozenset({"clear", "cloudy"})


@dataclass(frozen=True)
class Tones:
    """Colour statistics of a plate: L* mean and 5-95 range, C* mean, shares of the pixels.

    white: L* > 88 and C* < 12; warm, green, blue: C* > 15 and hue 340-95, 95-175, 175-300 degrees.
    """

    light: float
    spread: float
    chroma: float
    white: float
    warm: float
    green: float
    blue: float


@dataclass(frozen=True)
class Rule:
    """A name, when it can be decided, and what must hold then."""

    name: str
    applies: Callable[[Orders], bool]
    holds: Callable[[Tones], bool]


def tones_of(plate: Bytes) -> Tones:
    """Measure a plate [H,W,3]; area means of 144x180 samples."""
    small = Image.fromarray(plate).resize(_SAMPLE, Image.Resampling.BOX)
    lab = lab_of(np.asarray(small))
    light, chroma = lab[..., 0], np.hypot(lab[..., 1], lab[..., 2])
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % 360
    coloured = chroma > 15
    low, high = np.percentile(light, (5, 95))
    return Tones(
        light=float(light.mean()),
        spread=float(high - low),
        chroma=float(chroma.mean()),
        white=float(((light > 88) & (chroma < 12)).mean()),
        warm=float((coloured & ((hue < 95) | (hue > 340))).mean()),
        green=float((coloured & (hue >= 95) & (hue < 175)).mean()),
        blue=float((coloured & (hue >= 175) & (hue <= 300)).mean()),
    )


def broken_rules(tones: Tones, orders: Orders) -> tuple[str, ...]:
    """Return the names of the rules that apply and do not hold."""
    return tuple(rule.name for rule in applying(orders) if not rule.holds(tones))


def applying(orders: Orders) -> tuple[Rule, ...]:
    """Return the rules that these orders can be judged by."""
    return tuple(rule for rule in _RULES if rule.applies(orders))


def _sunny_day(orders: Orders) -> bool:
    return orders.time_of_day == "day" and orders.weather == "clear"


def _lit(orders: Orders) -> bool:
    return orders.time_of_day != "night"


_RULES = (
    Rule(
        "night_is_dark",
        lambda orders: orders.time_of_day == "night",
        lambda tones: tones.light <= 38,
    ),
    Rule(
        "day_is_light",
        lambda orders: orders.time_of_day == "day" and orders.weather in _OPEN_WEATHER,
        lambda tones: tones.light >= 32,
    ),
    Rule(
        "dusk_glows",
        lambda orders: (
            orders.time_of_day == "dusk"
            and orders.weather in _OPEN_WEATHER
            and orders.season != "winter"
        ),
        lambda tones: tones.warm >= 0.08 and 18 <= tones.light <= 76,
    ),
    Rule(
        "dawn_is_no_night",
        lambda orders: orders.time_of_day == "dawn" and orders.weather in _OPEN_WEATHER,
        lambda tones: tones.light >= 32,
    ),
    Rule(
        "grey_weather_is_grey",
        lambda orders: orders.weather in _GREY_WEATHER,
        lambda tones: tones.chroma <= 24 and tones.spread <= 66,
    ),
    Rule(
        "snow_is_pale",
        lambda orders: orders.weather == "snow",
        lambda tones: tones.white >= 0.10 or tones.chroma <= 13,
    ),
    Rule(
        "sand_is_warm",
        lambda orders: orders.weather == "sand" and _lit(orders),
        lambda tones: tones.warm >= 0.20,
    ),
    Rule(
        "autumn_is_warm",
        lambda orders: orders.season == "autumn" and _sunny_day(orders),
        lambda tones: tones.warm >= 0.15 and tones.warm > tones.green,
    ),
    Rule(
        "summer_is_green_and_blue",
        lambda orders: orders.season == "summer" and _sunny_day(orders),
        lambda tones: tones.green + tones.blue >= 0.15,
    ),
    Rule(
        "spring_is_fresh",
        lambda orders: orders.season == "spring" and _sunny_day(orders),
        lambda tones: tones.green + tones.blue >= 0.15,
    ),
    Rule(
        "winter_is_not_green",
        lambda orders: orders.season == "winter" and _lit(orders),
        lambda tones: tones.green <= 0.35,
    ),
)

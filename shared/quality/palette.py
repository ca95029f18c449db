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

from shared.quality.colour import Bytes, lab_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from shared.quality.evidence import Orders

_SAMPLE = (144, 180)
_OPEN_WEATHER = frozenset({"clear", "cloudy"})
_LIT = frozenset({"dawn", "day", "dusk"})


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
    """A name, what must hold, and the orders that it can be decided for: empty is any."""

    name: str
    holds: Callable[[Tones], bool]
    hours: AbstractSet[str] = frozenset()
    weathers: AbstractSet[str] = frozenset()
    seasons: AbstractSet[str] = frozenset()

    def applies(self, orders: Orders) -> bool:
        """Say whether a scene that was ordered so can be judged by it."""
        own = (self.hours, self.weathers, self.seasons)
        given = (orders.time_of_day, orders.weather, orders.season)
        return all(not some or each in some for each, some in zip(given, own, strict=True))


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


def _is_fresh(tones: Tones) -> bool:
    return tones.green + tones.blue >= 0.15


_RULES = (
    Rule("night_is_dark", lambda tones: tones.light <= 38, {"night"}),
    Rule("day_is_light", lambda tones: tones.light >= 32, {"day"}, _OPEN_WEATHER),
    Rule(
        "dusk_glows",
        lambda tones: tones.warm >= 0.08 and 18 <= tones.light <= 76,
        {"dusk"},
        _OPEN_WEATHER,
        {"spring", "summer", "autumn"},
    ),
    Rule("dawn_is_no_night", lambda tones: tones.light >= 32, {"dawn"}, _OPEN_WEATHER),
    Rule(
        "grey_weather_is_grey",
        lambda tones: tones.chroma <= 24 and tones.spread <= 66,
        weathers={"overcast", "rain", "fog"},
    ),
    Rule(
        "snow_is_pale",
        lambda tones: tones.white >= 0.10 or tones.chroma <= 13,
        weathers={"snow"},
    ),
    Rule("sand_is_warm", lambda tones: tones.warm >= 0.20, _LIT, {"sand"}),
    Rule(
        "autumn_is_warm",
        lambda tones: tones.warm >= 0.15 and tones.warm > tones.green,
        {"day"},
        {"clear"},
        {"autumn"},
    ),
    Rule("summer_is_green_and_blue", _is_fresh, {"day"}, {"clear"}, {"summer"}),
    Rule("spring_is_fresh", _is_fresh, {"day"}, {"clear"}, {"spring"}),
    Rule("winter_is_not_green", lambda tones: tones.green <= 0.35, _LIT, seasons={"winter"}),
)

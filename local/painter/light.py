"""The light of a scene: sky colours, haze, and how a surface colour looks in sun and in shade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from local.painter.asked import AskedLight
from local.painter.colour import Array, mix, ramp, relit, rgb, rgbs
from local.painter.facts import HORIZON, SceneFacts, Season, TimeOfDay, Weather

_CLEAR_SKIES: dict[tuple[TimeOfDay, Season], str] = {
    ("day", "spring"): "#3f8fc9 #6bb2de #a5d5ea #d5ecec #eef3e4",
    ("day", "summer"): "#1f6fbf #3f97d8 #7fc2e8 #b9e1ee #e2f1ea",
    ("day", "autumn"): "#4f8fae #8db8bd #d3cfae #f0d7a2 #f6dcae",
    ("day", "winter"): "#7ea9cc #a4c4dc #c5dae7 #dfe9ee #f1f2ef",
    ("dawn", "spring"): "#6e8fc0 #9fb1d2 #d8c3cf #f5cdb9 #fde0b4",
    ("dawn", "summer"): "#5a8cc4 #8fb6d8 #cfcfd4 #f8d2a8 #ffe2a6",
    ("dawn", "autumn"): "#6d86ab #a8a9b8 #e0bfa6 #f6c98f #fddb98",
    ("dawn", "winter"): "#8299bd #aab7d0 #d2c8d2 #efd3c8 #f8e2cd",
    ("dusk", "spring"): "#3f4a86 #7a649f #c4789a #f09a85 #ffc98a",
    ("dusk", "summer"): "#2e4a86 #5f659f #c0707f #f58f5e #ffc46a",
    ("dusk", "autumn"): "#4a4674 #8a5c78 #cf6f58 #f39a4c #ffcb6e",
    ("dusk", "winter"): "#5b6a99 #8d87ad #c79aaa #ecb59b #f9d6a8",
    ("night", "spring"): "#0a1230 #111d42 #1c2d56 #2b4069 #40557a",
    ("night", "summer"): "#070f2c #0d1a42 #152a58 #213d6c #345479",
    ("night", "autumn"): "#0d1029 #171a38 #252746 #3a3654 #544a5e",
    ("night", "winter"): "#0e1526 #162034 #202c42 #2f3d53 #435165",
}
_GREY_SKIES: dict[Weather, tuple[str, float]] = {
    "clear": ("#ffffff #ffffff #ffffff #ffffff #ffffff", 0.0),
    "cloudy": ("#6f98bd #93b3cc #b9cdd9 #d9e2e2 #eceee6", 0.45),
    "overcast": ("#8995a0 #9ea8b0 #b3babe #c5c9c9 #d2d3cf", 0.9),
    "rain": ("#66757f #7c8a93 #93a0a6 #a9b3b5 #bbc2c1", 0.94),
    "snow": ("#a3aeb8 #b7c0c8 #cad1d6 #dadfe1 #e6e8e8", 0.9),
    "fog": ("#a9b3b7 #b8c0c2 #c7cccb #d3d6d2 #dbdcd6", 0.88),
    "sand": ("#a07c4c #b8915c #cba873 #d9bb8b #e2c9a0", 0.92),
}
# Linear light multipliers: the sun, the sky's fill, and what an evenly grey sky turns into.
_KEYS = {
    "dawn": ((1.02, 0.80, 0.60), (0.30, 0.32, 0.40), (0.80, 0.74, 0.72)),
    "day": ((0.82, 0.78, 0.70), (0.30, 0.33, 0.38), (1.0, 1.0, 1.0)),
    "dusk": ((0.86, 0.50, 0.27), (0.20, 0.19, 0.27), (0.60, 0.45, 0.40)),
    "night": ((0.085, 0.10, 0.15), (0.035, 0.045, 0.08), (0.040, 0.050, 0.075)),
}
_SUN = {"dawn": "#fff1c4", "day": "#fffdf0", "dusk": "#ffe2a0", "night": "#f4f1e0"}
_DIFFUSE: dict[Weather, float] = {
    "clear": 0.0, "cloudy": 0.3, "overcast": 0.85, "rain": 0.9,
    "snow": 0.8, "fog": 0.9, "sand": 0.7,
}  # fmt: skip
_HAZE: dict[Weather, float] = {
    "clear": 0.80, "cloudy": 1.0, "overcast": 1.15, "rain": 1.25,
    "snow": 1.3, "fog": 1.8, "sand": 1.9,
}  # fmt: skip
# The same for a light that was asked for: a low sun by hour, a high one, the blue hour.
_LOW_KEYS = {
    "dawn": ((1.15, 0.77, 0.42), (0.23, 0.28, 0.40)),
    "day": ((1.13, 0.79, 0.45), (0.23, 0.28, 0.40)),
    "dusk": ((1.05, 0.58, 0.27), (0.20, 0.22, 0.34)),
}
_HIGH_KEY = ((0.94, 0.88, 0.77), (0.26, 0.30, 0.37))
_BLUE_KEY = ((0.17, 0.21, 0.36), (0.17, 0.20, 0.33))
_BLUE_HOUR = "#16264f #2d4279 #7d76a0 #e2996f #f7ae6a"
# Azimuth (degrees from the view direction) and elevation of the suns; both stand behind the eye,
# as where a car is lit that is seen from there.
_SUNS = {"low_sun": (110.0, 10.0), "high_sun": (122.0, 45.0)}
# How much of a leaf's brightness comes from the sun's side, and how much from above.
_TILTS: dict[AskedLight, tuple[float, float]] = {
    "": (0.42, 0.72), "low_sun": (0.95, 0.26), "high_sun": (0.62, 0.60),
    "soft": (0.0, 0.66), "lamps": (0.0, 0.5), "dusk": (0.0, 0.6),
}  # fmt: skip


@dataclass(frozen=True)
class Light:
    """Sky gradient (top to horizon), sun or moon, haze, and the sun's and the sky's share."""

    stops: tuple[tuple[float, Array], ...]
    sun: Array
    sun_at: tuple[float, float]  # fractions of width and height
    haze: Array
    haziness: float  # 1 is an ordinary day
    key: Array  # linear multipliers
    fill: Array
    diffuse: float  # 0 hard sun, 1 no sun at all
    night: bool
    lamps: float  # 0 by day, 1 when lamps and windows are lit
    side: int = 1  # +1 where the sun shines from the right
    sided: float = 1.0  # 0 where no side is brighter than the other
    tilt: tuple[float, float] = (0.42, 0.72)
    # Metres to the right and ahead that the shadow of one metre's height reaches on the ground.
    cast: tuple[float, float] | None = None
    low: bool = False  # a low sun that was asked for

    @property
    def dimmed(self) -> Array:
        """What a cast shadow leaves of the sRGB values [3] of sunlit ground."""
        left = self.fill / (self.fill + self.key)
        return np.asarray(left ** np.float32(1 / 2.2), np.float32)

    def lit(self, colour: Array) -> Array:
        """Show a surface colour in the sun."""
        return relit(colour, self.fill + self.key * np.float32(1 - 0.45 * self.diffuse))

    def shaded(self, colour: Array) -> Array:
        """Show a surface colour in the shade."""
        return relit(colour, self.fill + self.key * np.float32(0.32 * self.diffuse))

    def tone(self, colour: Array, share: float) -> Array:
        """Show a surface colour between shade (0) and sun (1)."""
        return mix(self.shaded(colour), self.lit(colour), share)

    def far(self, colour: Array, distance: float) -> Array:
        """Veil a finished colour by the air; distance 0 here, 1 at the horizon."""
        return mix(colour, self.haze, float(1 - np.exp(-1.9 * distance * self.haziness)))


def light_of(facts: SceneFacts, side: int, horizon: float = HORIZON) -> Light:
    """Choose the light of a scene; side +1 puts the sun on the right."""
    time, asked = facts.time_of_day, facts.asked.light
    key, fill, grey = (np.array(values, np.float32) for values in _keys(facts))
    stops, diffuse = _sky(facts, grey), _diffuse(facts)
    return Light(
        stops=stops,
        sun=rgb(_SUN[time]),
        sun_at=_sun_at(facts, side, horizon),
        haze=_haze(facts, stops),
        haziness=_HAZE[facts.weather],
        key=_softened(key, diffuse),
        fill=fill,
        diffuse=diffuse,
        night=time == "night",
        lamps={"night": 1.0, "dusk": 0.75, "dawn": 0.3, "day": 0.0}[time]
        * (0.4 if asked in {"low_sun", "high_sun"} else 1.0),
        side=side,
        sided=0.0 if asked in {"soft", "lamps", "dusk"} else 1.0,
        tilt=_TILTS[asked],
        cast=_cast(asked, side),
        low=asked == "low_sun",
    )


def _keys(facts: SceneFacts) -> tuple[tuple[float, ...], ...]:
    """Return the multipliers of sun and sky, and what a grey sky turns into."""
    today = _KEYS[facts.time_of_day]
    asked: dict[AskedLight, tuple[tuple[float, ...], ...]] = {
        "low_sun": _LOW_KEYS.get(facts.time_of_day, _LOW_KEYS["dusk"]),
        "high_sun": _HIGH_KEY,
        "dusk": _BLUE_KEY,
    }
    return (*asked.get(facts.asked.light, today[:2]), today[2])


def _diffuse(facts: SceneFacts) -> float:
    own, asked = _DIFFUSE[facts.weather], facts.asked.light
    if asked in {"low_sun", "high_sun"}:
        return min(own, 0.1)
    return max(own, 0.85) if asked in {"soft", "dusk"} else own


def _sun_at(facts: SceneFacts, side: int, horizon: float) -> tuple[float, float]:
    """Return where sun or moon stands; one that was asked for, just outside on its side."""
    if facts.asked.light == "low_sun":
        return 0.5 + side * 0.58, 0.86 * horizon
    if facts.asked.light == "high_sun":
        return 0.5 + side * 0.62, 0.06 * horizon
    time = facts.time_of_day
    heights = {"dawn": 0.44, "day": 0.13, "dusk": 0.475, "night": 0.15}
    offset = {"dawn": 0.22, "day": 0.33, "dusk": 0.17, "night": 0.27}[time]
    return 0.5 + side * offset, heights[time] * horizon / HORIZON


def _cast(asked: AskedLight, side: int) -> tuple[float, float] | None:
    """Return how far shadows reach to the right and ahead for each metre of height."""
    if asked not in _SUNS:
        return None
    azimuth, elevation = np.radians(_SUNS[asked])
    reach = 1 / float(np.tan(elevation))
    return -side * float(np.sin(azimuth)) * reach, -float(np.cos(azimuth)) * reach


def _sky(facts: SceneFacts, grey: Array) -> tuple[tuple[float, Array], ...]:
    time, asked = facts.time_of_day, facts.asked.light
    clear = rgbs(_CLEAR_SKIES[time, facts.season])
    text, share = _GREY_SKIES[facts.weather]
    if asked == "soft" and facts.weather == "clear":
        text, share = _GREY_SKIES["cloudy"][0], 0.8
    if asked in {"low_sun", "high_sun"}:
        share *= 0.4
        other = rgbs(_CLEAR_SKIES["dawn" if asked == "low_sun" else "day", facts.season])
        turned = 0.55 if asked == "high_sun" or time == "dawn" else 0.2
        turned = 0.0 if time == "dusk" and asked == "low_sun" else turned
        clear = [mix(a, b, turned) for a, b in zip(clear, other, strict=True)]
    if asked == "dusk":
        clear = [mix(a, b, 0.75) for a, b in zip(clear, rgbs(_BLUE_HOUR), strict=True)]
    covered = [relit(colour, grey) for colour in rgbs(text)]
    if time == "dusk" and facts.weather != "clear":
        share *= 0.6  # the last light still shows under the clouds
    places = (0.0, 0.30, 0.62, 0.86, 1.0)
    return tuple((at, mix(a, b, share)) for at, a, b in zip(places, clear, covered, strict=True))


def _haze(facts: SceneFacts, stops: tuple[tuple[float, Array], ...]) -> Array:
    """Take the air's colour from the sky near the horizon; golden skies still have bluish air."""
    air = ramp(stops, np.array([0.86], np.float32))[0]
    golden = facts.season == "autumn" and facts.time_of_day == "day"
    return mix(air, rgb("#a8b6c8"), 0.45 if golden and facts.weather != "sand" else 0.0)


def _softened(key: Array, diffuse: float) -> Array:
    """Take the sun's colour out of the light as the sky closes."""
    grey = np.full(3, float(key.mean()), np.float32)
    return (key * (1 - diffuse) + grey * diffuse).astype(np.float32)

"""The light of a scene: sky colours, haze, and how a surface colour looks in sun and in shade."""

from dataclasses import dataclass

import numpy as np

from local.painter.asked import AskedLight
from local.painter.colour import Array, mix, palette, ramp, relit, rgb, rgbs
from local.painter.facts import HORIZON, SceneFacts

# The light of a high sun that was asked for, and of the blue hour.
_HIGH_KEY = ((0.94, 0.88, 0.77), (0.26, 0.30, 0.37))
_BLUE_KEY = ((0.17, 0.21, 0.36), (0.17, 0.20, 0.33))
_BLUE_HOUR = "#16264f #2d4279 #7d76a0 #e2996f #f7ae6a"
# Azimuth (degrees from the view direction) and elevation of the suns; both stand behind the eye,
# as where a car is lit that is seen from there.
_SUNS = {"low_sun": (110.0, 10.0), "high_sun": (122.0, 45.0)}


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
    # The sun's colour leaves the light as the sky closes.
    even = np.full(3, float(key.mean()), np.float32)
    return Light(
        stops=stops,
        sun=rgb(palette("suns")[time]),
        sun_at=_sun_at(facts, side, horizon),
        haze=_haze(facts, stops),
        haziness=palette("haze")[facts.weather],
        key=(key * (1 - diffuse) + even * diffuse).astype(np.float32),
        fill=fill,
        diffuse=diffuse,
        night=time == "night",
        lamps={"night": 1.0, "dusk": 0.75, "dawn": 0.3, "day": 0.0}[time]
        * (0.4 if asked in {"low_sun", "high_sun"} else 1.0),
        side=side,
        sided=0.0 if asked in {"soft", "lamps", "dusk"} else 1.0,
        tilt=palette("tilts")[asked],
        cast=_cast(asked, side),
        low=asked == "low_sun",
    )


def _keys(facts: SceneFacts) -> tuple[tuple[float, ...], ...]:
    """Return the multipliers of sun and sky, and what a grey sky turns into."""
    low = palette("low_keys")
    today = palette("keys")[facts.time_of_day]
    asked: dict[AskedLight, tuple[tuple[float, ...], ...]] = {
        "low_sun": low.get(facts.time_of_day, low["dusk"]),
        "high_sun": _HIGH_KEY,
        "dusk": _BLUE_KEY,
    }
    return (*asked.get(facts.asked.light, today[:2]), today[2])


def _diffuse(facts: SceneFacts) -> float:
    own, asked = float(palette("diffuse")[facts.weather]), facts.asked.light
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
    skies, greys = palette("clear_skies"), palette("grey_skies")
    clear = rgbs(skies[time][facts.season])
    text, share = greys[facts.weather]
    if asked == "soft" and facts.weather == "clear":
        text, share = greys["cloudy"][0], 0.8
    if asked in {"low_sun", "high_sun"}:
        share *= 0.4
        other = rgbs(skies["dawn" if asked == "low_sun" else "day"][facts.season])
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

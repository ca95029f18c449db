"""The lights a car is shown in: skies, suns, street lamps, where they stand and how they mix.

Directions are told from the picture: azimuth clockwise from the view direction in degrees
(90 = from the right, 180 = from behind the eye), elevation above the horizon.
Every sky and sun is scaled to the illuminance pi on open level ground, so that a weight of 1
makes a white ground show as 1, and weights give the ratio of sun to sky as it is.
"""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .shapes import Floats, step

SKY_ROWS, SKY_COLUMNS = 256, 1024


@dataclass(frozen=True)
class Sun:
    """A sun as a disk of `radius_deg`, wider than the true one for a softer shadow's edge."""

    azimuth_deg: float
    elevation_deg: float
    cct_k: float
    radius_deg: float = 0.5


@dataclass(frozen=True)
class StreetLamp:
    """A lamp on a pole: `away_m` from the car's middle towards an azimuth, and its share."""

    azimuth_deg: float
    away_m: float
    height_m: float
    share: float
    radius_m: float = 0.25


SUNS = {
    "day_left": Sun(238.0, 45.0, 5600.0),
    "day_right": Sun(122.0, 45.0, 5600.0),
    "low_left": Sun(250.0, 10.0, 3400.0),
    "low_right": Sun(110.0, 10.0, 3400.0),
}
STREET = (
    StreetLamp(148.0, 5.0, 6.0, 1.0),
    StreetLamp(262.0, 7.5, 6.5, 0.8),
    StreetLamp(20.0, 8.0, 6.5, 0.9),
)
STREET_CCT = 3400.0  # as traced
_NIGHT_CCT = 4800.0  # as mixed: under warmer lamps white paint looks beige
LAMPS = ("head", "beam", "tail")  # the car's own: strips at the front, low beams, tail


@dataclass(frozen=True)
class Light:
    """How much of each group a light mixes, and what its sidecar says of it."""

    weights: dict[str, float]  # by group: skies, suns, street, the car's lamps
    ground: float  # reflectance
    facts: dict[str, Any] = field(default_factory=dict)
    shadow: str = ""  # the sun, or "street", whose shadow pass belongs to this light
    street_cct: float = STREET_CCT  # what the street's lamps are shown as

    def weight(self, name: str) -> Floats:
        """Return how much of a group is mixed, by colour: (3,)."""
        own = self.weights.get(name, 0.0)
        if name != "street":
            return np.full(3, own)
        return own * tint(self.street_cct) / tint(STREET_CCT)

    def sun_to_sky(self) -> float:
        """The illuminance of the ground by sun or street lamps by the sky's."""
        sun = sum(w for name, w in self.weights.items() if name in {*SUNS, "street"})
        sky = sum(w for name, w in self.weights.items() if name in SKIES)
        return sun / sky


def _facts(azimuth: float, elevation: float, softness: float, cct: float,
           time: str, weather: str, *, lamps: bool = False, ground: str = "dark",
           ) -> dict[str, Any]:  # fmt: skip
    return {
        "azimuth_deg": azimuth, "elevation_deg": elevation, "softness": softness, "cct_k": cct,
        "lamps": lamps, "ground": ground, "time_of_day": time, "weather": weather,
    }  # fmt: skip


def _sunny(name: str, sky: str, sky_weight: float, weight: float, time: str) -> Light:
    sun = SUNS[name]
    return Light(
        {sky: sky_weight, name: weight, "head": 0.8, "tail": 0.12},
        0.20,
        _facts(sun.azimuth_deg, sun.elevation_deg, 0.1, sun.cct_k, time, "clear"),
        name,
    )


LIGHTS = {
    "day_left": _sunny("day_left", "clear", 0.34, 0.86, "midday"),
    "day_right": _sunny("day_right", "clear", 0.34, 0.86, "midday"),
    "low_left": _sunny("low_left", "glow_left", 0.28, 0.19, "sunset"),
    "low_right": _sunny("low_right", "glow_right", 0.28, 0.19, "sunset"),
    "overcast": Light(
        {"cloud": 1.05, "head": 0.9, "tail": 0.12}, 0.20,
        _facts(180.0, 75.0, 1.0, 6500.0, "midday", "overcast"),
    ),
    "snow": Light(
        {"cloud": 0.88, "head": 0.9, "tail": 0.12}, 0.80,
        _facts(180.0, 75.0, 1.0, 6700.0, "midday", "overcast", ground="bright"),
    ),
    "dusk": Light(
        {"dusk": 0.36, "head": 2.2, "beam": 2.0, "tail": 1.3}, 0.16,
        _facts(180.0, 35.0, 0.9, 9500.0, "dusk", "partly_cloudy", lamps=True),
    ),
    "night": Light(
        {"night": 0.046, "street": 0.078, "head": 2.2, "beam": 2.0, "tail": 1.3}, 0.16,
        # Lamps on both sides: no side is the bright one.
        _facts(180.0, 60.0, 0.5, _NIGHT_CCT, "night", "clear", lamps=True),
        "street",
        _NIGHT_CCT,
    ),
}  # fmt: skip


def tint(cct_k: float) -> Floats:
    """Linear sRGB of a black body at luminance 1 (Kim et al., US patent 7024034 B2, cubics)."""
    t = 1e3 / cct_k
    if cct_k <= 4000:
        x = -0.2661239 * t**3 - 0.2343589 * t**2 + 0.8776956 * t + 0.179910
    else:
        x = -3.0258469 * t**3 + 2.1070379 * t**2 + 0.2226347 * t + 0.240390
    if cct_k <= 2222:
        y = -1.1063814 * x**3 - 1.34811020 * x**2 + 2.18555832 * x - 0.20219683
    elif cct_k <= 4000:
        y = -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    else:
        y = 3.0817580 * x**3 - 5.87338670 * x**2 + 3.75112997 * x - 0.37001483
    xyz = np.array([x / y, 1.0, (1 - x - y) / y])
    to_rgb = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415],
                       [0.0557, -0.2040, 1.0570]])  # fmt: skip
    return np.asarray(np.maximum(to_rgb @ xyz, 0.0), dtype=np.float64)


def _off(azimuth: Floats, middle: float) -> Floats:
    """Degrees between azimuths, -180 to 180."""
    return np.mod(azimuth - middle + 180.0, 360.0) - 180.0


def _waves(azimuth: Floats, seed: int, slopes: float, low: int = 2, high: int = 90) -> Floats:
    """A periodic line of noise whose octaves fall off by `slopes`; about -1 to 1."""
    rng = np.random.default_rng(seed)
    count = np.arange(low, high)[:, None]
    size = count**-slopes * rng.normal(size=count.shape)
    line = (size * np.cos(np.radians(count * azimuth) + rng.uniform(0, 6.3, count.shape))).sum(0)
    return np.asarray(line / np.abs(line).max(), dtype=np.float64)[None, :]


def _clouds(azimuth: Floats, up: Floats, seed: int) -> Floats:
    """Long soft banks of cloud, 0 to 1, flattened towards the horizon."""
    rng = np.random.default_rng(seed)
    total = np.zeros((SKY_ROWS, SKY_COLUMNS))
    flat = np.log(up + 6.0)
    for _ in range(60):
        across, along = rng.integers(1, 9), rng.uniform(1.0, 7.0)
        total += np.cos(np.radians(across * azimuth) + along * flat + rng.uniform(0, 6.3)) / (
            across + along
        )
    return step(-0.2, 1.3, total / total.std())


def _lined(sky: Floats, up: Floats, azimuth: Floats, seed: int, shade: Floats) -> Floats:
    """Set a soft line of trees and roofs before the sky's foot."""
    top = 2.6 + 1.5 * _waves(azimuth, seed, 0.9)
    before = step(0.18, -0.18, up - top)[..., None]
    return np.asarray(sky * (1 - before) + before * shade, dtype=np.float64)


def _rgb(*values: float) -> Floats:
    return np.array(values, dtype=np.float64)


def _clear(azimuth: Floats, up: Floats) -> Floats:
    haze = np.exp(-up / 7.5)[..., None]
    blue = _rgb(0.62, 0.80, 1.12) * (0.75 + 0.15 * step(60.0, 20.0, up)[..., None])
    cloud = (_clouds(azimuth, up, 3) * np.exp(-(((up - 24.0) / 22.0) ** 2)))[..., None]
    sky = blue + haze * _rgb(2.7, 2.75, 2.8) + 2.0 * cloud * _rgb(1.0, 0.99, 0.97)
    return _lined(sky, up, azimuth, 11, _rgb(0.22, 0.25, 0.22))


def _cloud(azimuth: Floats, up: Floats) -> Floats:
    band = 0.75 * np.exp(-(((up - 5.0) / 7.0) ** 2))
    level = 0.80 + 0.42 * step(15.0, 85.0, up) + band + 0.30 * (_clouds(azimuth, up, 5) - 0.5)
    # The cloud is thinner behind the eye, so that what the camera sees is the brighter side.
    level = level * (1.0 + 0.16 * np.cos(np.radians(_off(azimuth, 180.0))) * np.cos(np.radians(up)))
    sky = level[..., None] * _rgb(0.995, 1.0, 1.012)
    return _lined(sky, up, azimuth, 12, _rgb(0.30, 0.31, 0.30))


def _glow(azimuth: Floats, up: Floats, towards: float) -> Floats:
    off = _off(azimuth, towards)
    haze = np.exp(-up / 8.0)[..., None]
    warm = np.exp(-((off / 42.0) ** 2) - (np.maximum(up - 6.0, 0) / 11.0) ** 2)[..., None]
    rose = (np.exp(-(((up - 9.0) / 9.0) ** 2)) * np.cos(np.radians(off / 2)) ** 2)[..., None]
    cloud = (_clouds(azimuth, up, 7) * np.exp(-(((up - 18.0) / 16.0) ** 2)))[..., None]
    sky = _rgb(0.56, 0.72, 1.02) * (0.85 - 0.25 * step(10.0, 70.0, up)[..., None])
    sky = sky + haze * _rgb(1.5, 1.27, 1.08) + 4.6 * warm * _rgb(1.0, 0.66, 0.34)
    sky = sky + 0.7 * rose * _rgb(1.0, 0.72, 0.58) + 0.8 * cloud * _rgb(1.0, 0.80, 0.66)
    return _lined(sky, up, azimuth, 13, _rgb(0.20, 0.17, 0.15))


def _dusk(azimuth: Floats, up: Floats) -> Floats:
    behind = np.cos(np.radians(_off(azimuth, 180.0)) / 2) ** 2
    band = (np.exp(-(((up - 3.0) / 9.0) ** 2)) * behind)[..., None]
    haze = np.exp(-up / 14.0)[..., None]
    cloud = (_clouds(azimuth, up, 9) * np.exp(-(((up - 20.0) / 16.0) ** 2)))[..., None]
    sky = _rgb(0.50, 0.68, 1.10) * (0.95 - 0.35 * step(10.0, 80.0, up)[..., None])
    sky = sky + haze * _rgb(0.95, 1.0, 1.25) + 2.2 * band * _rgb(1.0, 0.62, 0.50)
    sky = sky + 0.35 * cloud * _rgb(0.9, 0.72, 0.80)
    return _lined(sky, up, azimuth, 14, _rgb(0.10, 0.11, 0.15))


def _night(azimuth: Floats, up: Floats) -> Floats:
    rng = np.random.default_rng(15)
    glow = np.exp(-up / 7.0)[..., None]
    sky = _rgb(0.35, 0.42, 0.62) + 4.5 * glow * _rgb(1.0, 0.80, 0.60)
    sky = _lined(sky, up, azimuth, 14, _rgb(0.10, 0.10, 0.12)) * np.ones((1, SKY_COLUMNS, 1))
    for _ in range(90):  # lit windows and shop fronts of a town, a little out of focus
        width, height = rng.uniform(0.25, 1.6), rng.uniform(0.2, 0.7)
        off = _off(azimuth, rng.uniform(0, 360)) / width
        spot = np.exp(-(off**2) - ((up - rng.uniform(0.5, 6.0)) / height) ** 2)
        hue = [_rgb(1.0, 0.70, 0.38), _rgb(1.0, 0.86, 0.66), _rgb(0.75, 0.88, 1.0)]
        sky += rng.uniform(4.0, 22.0) * spot[..., None] * hue[rng.choice(3, p=[0.55, 0.3, 0.15])]
    return sky


SKIES = {
    "clear": _clear,
    "cloud": _cloud,
    "glow_left": lambda azimuth, up: _glow(azimuth, up, SUNS["low_left"].azimuth_deg),
    "glow_right": lambda azimuth, up: _glow(azimuth, up, SUNS["low_right"].azimuth_deg),
    "dusk": _dusk,
    "night": _night,
}
GROUPS = (*SKIES, *SUNS, "street", *LAMPS)


def paint_skies() -> tuple[Floats, Floats]:
    """Paint all skies, (rows, columns, 3 a sky), and their colour on level ground, (skies, 3)."""
    azimuth = (np.arange(SKY_COLUMNS)[None, :] + 0.5) / SKY_COLUMNS * 360.0
    up = (np.arange(SKY_ROWS)[:, None] + 0.5) / SKY_ROWS * 90.0  # the horizon first
    rise = np.radians(up)
    share = (
        np.sin(rise) * np.cos(rise) * math.radians(90 / SKY_ROWS) * math.radians(360 / SKY_COLUMNS)
    )
    skies, grounds = [], []
    for paint in SKIES.values():
        sky = paint(azimuth, up) * np.ones((1, SKY_COLUMNS, 1))
        colour = (sky * share[..., None]).sum(axis=(0, 1)) / math.pi
        luminance = float(colour @ [0.2126, 0.7152, 0.0722])
        skies.append(sky / luminance)
        grounds.append(colour / luminance)
    return np.concatenate(skies, axis=2), np.array(grounds)


def _bearing(azimuth_deg: float, heading_deg: float) -> float:
    """Turn an azimuth off the view direction into an angle from the car's nose, in radians."""
    return math.radians(heading_deg + 180.0 - azimuth_deg)


def sun_direction(sun: Sun, heading_deg: float) -> Floats:
    """Return the unit vector towards a sun."""
    turn, rise = _bearing(sun.azimuth_deg, heading_deg), math.radians(sun.elevation_deg)
    level = math.cos(rise)
    return np.array([level * math.cos(turn), level * math.sin(turn), math.sin(rise)])


def lamp_place(lamp: StreetLamp, heading_deg: float) -> Floats:
    """Return where a street lamp hangs, metres."""
    turn = _bearing(lamp.azimuth_deg, heading_deg)
    return np.array([lamp.away_m * math.cos(turn), lamp.away_m * math.sin(turn), lamp.height_m])


def street_power() -> list[float]:
    """Return each lamp's intensity, so that all give the car's place the illuminance pi."""
    parts = [
        lamp.share * lamp.height_m / (lamp.away_m**2 + lamp.height_m**2) ** 1.5 for lamp in STREET
    ]
    return [math.pi * lamp.share / sum(parts) for lamp in STREET]

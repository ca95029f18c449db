"""What light a plate was painted in: measured before a car is set in, plain NumPy.

Every figure carries a confidence. The words of the trip (hour and weather) are the prior of what
a picture alone cannot settle: whether warm light is a low sun, and whether a blue sky has one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from .colour import Bytes, Floats, decode, luminance
from .light_side import side_cues, side_shares, sky_mask
from .vanishing import Measured, ground_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .ground import Scene

WIDTH = 288
# The prior of the trip's words, as log-odds: a sun that casts shadows, a low one.
_SUNNY = {"clear": 2.4, "cloudy": 0.9, "overcast": -2.2, "rain": -2.4, "snow": -1.8, "fog": -2.8}
_SUNNY_ELSE = -1.2
_LOW = {"dawn": 1.6, "day": -2.2, "dusk": 1.6, "night": -3.0}
_NIGHT = {"dawn": -2.0, "day": -4.0, "dusk": -1.2, "night": 3.5}
_DARK_SKY, _DARK_GROUND = 0.06, 0.05
# How dark each hour is, 0 a day and 1 a night, and the skies between which that is read off.
_DARK = {"dawn": 0.1, "day": 0.0, "dusk": 0.4, "night": 1.0}
_DAY_SKY, _NIGHT_SKY, _DAY_GROUND, _NIGHT_GROUND = 0.3, 0.02, 0.17, 0.02
_WORD_SHARE = 0.3
# From here on a coloured sky has its sun under the horizon.
_SUNSET, _AFTER = 0.2, 0.2
_BRIGHT_GROUND = 0.38
_SNOWLESS = -1.5  # log-odds of a ground that throws light up where no snow is told of
_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


@dataclass(frozen=True)
class PlateLight:
    """Figures of one plate.

    `horizon` share of the height; `direction` of ground lines, degrees to the view, right
    positive; `side` probabilities; `hard` 0-1, how much of the light is a sun's; `low` 0-1, how
    sure it stands low; `mired` of the light; `ground` and `sky` linear luminance; `night`, `dark`
    (0 a day, 0.4 the blue hour, 1 a night), `lamps` and `bright` (a ground that throws light up)
    0-1.
    """

    horizon: Measured
    direction: Measured
    side: dict[str, float]
    hard: Measured
    low: Measured
    mired: Measured
    ground: Measured
    sky: Measured
    night: Measured
    dark: Measured
    lamps: Measured
    bright: Measured

    @property
    def side_confidence(self) -> float:
        """Return how far left and right are apart, 0-1."""
        return abs(self.side["right"] - self.side["left"])

    def facts(self) -> dict[str, Any]:
        """Return the figures for placement.json: name -> value and confidence.

        `side` runs from -1, left, to 1, right.
        """
        side = Measured(self.side["right"] - self.side["left"], self.side_confidence)
        found = {name: figure for name, figure in vars(self).items() if name != "side"}
        return {
            name: {"value": round(value, 4), "confidence": round(confidence, 3)}
            for name, (value, confidence) in (found | {"side": side}).items()
        }


def read_light(plate: Bytes, horizon: float, scene: Scene | None = None) -> PlateLight:
    """Measure a plate [H,W,3]; `horizon`, a share of the height, is the row that was asked for.

    Without a scene nothing is known beforehand.
    """
    linear = reduced(plate)
    sky = sky_mask(linear, horizon)
    below = linear[min(round((horizon + 0.06) * len(linear)), len(linear) - 8) :]
    found_horizon, direction = ground_lines(linear, horizon)
    tones = _Tones.of(linear, sky, below)
    cues = side_cues(linear, sky)
    night = _night(tones, scene)
    dark = _dark(tones, night.value, scene)
    return PlateLight(
        horizon=found_horizon,
        direction=direction,
        side=side_shares(cues),
        hard=_hard(tones, dark.value, cues.disc, scene),
        low=_low(tones, night.value, scene),
        mired=_mired(below, linear),
        ground=Measured(tones.ground, 1.0),
        sky=Measured(tones.sky, min(1.0, float(sky.mean()) / 0.15)),
        night=night,
        dark=dark,
        lamps=_lamps(linear, tones),
        bright=_bright(tones, night.value, scene),
    )


def reduced(plate: Bytes) -> Floats:
    """Return a plate in linear light, 288 pixels wide."""
    height = max(32, round(WIDTH * plate.shape[0] / plate.shape[1]))
    small = Image.fromarray(plate).resize((WIDTH, height), Image.Resampling.BOX)
    return decode(np.asarray(small))


@dataclass(frozen=True)
class _Tones:
    """Medians and warmth of the plate's parts; `span`: how the sky's colour turns downward."""

    ground: float
    ground_spread: float
    sky: float
    warm: float
    span: float

    @classmethod
    def of(cls, linear: Floats, sky: NDArray[np.bool_], below: Floats) -> _Tones:
        over = linear[: len(sky)]
        seen = over[sky] if sky.sum() > 50 else over.reshape(-1, 3)
        edge = slice(round(0.75 * len(sky)), round(0.97 * len(sky)))
        low = over[edge][sky[edge]]
        low = low if len(low) > 50 else seen
        high = over[: max(4, round(0.27 * len(sky)))].reshape(-1, 3)
        ground = luminance(below)
        return cls(
            ground=float(np.median(ground)),
            ground_spread=float(np.subtract(*np.percentile(np.log(ground + 0.005), (95, 5)))),
            sky=float(np.median(luminance(seen))),
            warm=_redness(low),
            span=_redness(low) - _redness(high),
        )


def _redness(pixels: Floats) -> float:
    mean = pixels.mean(axis=0)
    return float(np.log((mean[0] + 1e-3) / (mean[2] + 1e-3)))


def _night(tones: _Tones, scene: Scene | None) -> Measured:
    """Return how sure it is night: sky and ground are dark."""
    seen = 2.2 * math.log2(_DARK_SKY / max(tones.sky, 1e-3))
    seen += 1.2 * math.log2(_DARK_GROUND / max(tones.ground, 1e-3))
    return _from_odds(float(np.clip(seen, -6, 6)) + _prior(_NIGHT, scene, "time_of_day"))


def _dark(tones: _Tones, night: float, scene: Scene | None) -> Measured:
    """Return how dark the hour is: how many stops sky and ground lie under a day's."""
    stops = 0.5 * _stops(tones.sky, _DAY_SKY, _NIGHT_SKY)
    stops += 0.5 * _stops(tones.ground, _DAY_GROUND, _NIGHT_GROUND)
    seen = 0.4 * stops + 0.6 * max(night, stops)
    if scene is None:
        return Measured(seen, 0.7)
    said = _DARK.get(scene.time_of_day, seen)
    return Measured((1 - _WORD_SHARE) * seen + _WORD_SHARE * said, 1 - abs(seen - said))


def _stops(level: float, day: float, night: float) -> float:
    """Return 0 at a day's level and above, 1 at a night's and below, in stops."""
    return float(np.clip(math.log2(day / max(level, 1e-3)) / math.log2(day / night), 0.0, 1.0))


def _hard(tones: _Tones, dark: float, disc: float, scene: Scene | None) -> Measured:
    """Return the share of a sun: a sky that turns in colour, a sun in sight, the trip's word."""
    seen = float(np.clip((abs(tones.span) - 0.75) / 0.25, -1.6, 1.6)) + 0.8 * disc
    weather = scene.weather if scene else ""
    prior = _SUNNY.get(weather, _SUNNY_ELSE if weather else 0.0)
    sunny = _from_odds(seen + prior)
    after = float(np.clip((dark - _SUNSET) / _AFTER, 0.0, 1.0))
    return Measured(sunny.value * (1 - after), max(sunny.confidence, 2 * after - 1))


def _low(tones: _Tones, night: float, scene: Scene | None) -> Measured:
    """Return how sure the sun stands low: warmth at the foot of the sky, a sky not bright."""
    seen = float(np.clip((tones.warm - 0.6) / 0.3, -1.5, 2.0))
    seen += float(np.clip(math.log2(0.4 / max(tones.sky, 1e-3)), -0.5, 1.0))
    low = _from_odds(seen + _prior(_LOW, scene, "time_of_day"))
    return Measured(low.value * (1 - night), max(low.confidence, night))


def _mired(below: Floats, linear: Floats) -> Measured:
    """Return the reciprocal colour temperature: shades of grey (Finlayson 2004), p = 6.

    Ground and whole picture are asked; the farther they are apart, the less it is trusted.
    """
    ground, whole = (_grey_mired(each.reshape(-1, 3)) for each in (below, linear))
    apart = abs(ground - whole)
    return Measured(0.6 * ground + 0.4 * whole, float(np.clip(1 - apart / 120, 0.0, 1.0)))


def _grey_mired(pixels: Floats) -> float:
    """McCamy's formula (1992) on the Minkowski mean of a region."""
    mean = (pixels.astype(np.float64) ** 6).mean(axis=0) ** (1 / 6)
    x, y, z = _XYZ @ np.maximum(mean, 1e-5)
    n = (x / (x + y + z) - 0.3320) / (0.1858 - y / (x + y + z))
    return float(1e6 / np.clip(449 * n**3 + 3525 * n**2 + 6823.3 * n + 5520.33, 1800, 20_000))


def _lamps(linear: Floats, tones: _Tones) -> Measured:
    """Return how sure lamps are lit: small warm lights far above a dark scene."""
    light = luminance(linear)
    shine = (light > 6 * max(tones.ground, 0.02)) & (light > 0.25)
    shine &= linear[..., 0] > 1.15 * linear[..., 2]
    share = float(shine.mean())
    dark = float(np.clip(math.log2(0.2 / max(tones.sky, 1e-3)) / 2, 0.0, 1.0))
    lit = float(np.clip(share / 0.002, 0.0, 1.0)) * dark
    return Measured(lit, abs(2 * lit - 1))


def _bright(tones: _Tones, night: float, scene: Scene | None) -> Measured:
    """Return how sure the ground throws light up, as snow and pale sand do."""
    against = math.log2(max(tones.ground, 1e-3) / _BRIGHT_GROUND)
    like_sky = math.log2(max(tones.ground, 1e-3) / max(tones.sky, 1e-3) / 0.6)
    snowy = scene is None or scene.weather == "snow" or scene.season == "winter"
    prior = 0.0 if snowy else _SNOWLESS
    return _from_odds(float(np.clip(3 * against + like_sky, -5, 5)) - 4 * night + prior)


def _prior(table: dict[str, float], scene: Scene | None, name: str) -> float:
    return table.get(getattr(scene, name), 0.0) if scene else 0.0


def _from_odds(log_odds: float) -> Measured:
    share = 1 / (1 + math.exp(-log_odds))
    return Measured(share, abs(2 * share - 1))

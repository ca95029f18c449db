"""The final colour grade: a small table that keeps a painting to its season, weather and hour."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from local.painter.colour import Array, cielab, from_cielab
from local.painter.facts import SceneFacts

_STEPS = 30
_TABLE = 17


@dataclass(frozen=True)
class Tones:
    """Colour statistics of a picture."""

    mean_l: float
    mean_c: float
    range_l: float  # 5th to 95th percentile
    white: float  # shares of the picture, 0..1
    warm: float
    cool: float  # green and blue


def tones_of(picture: Image.Image) -> Tones:
    """Measure a picture in CIELAB."""
    return _tones(cielab(_floats(picture.convert("RGB"))))


def _floats(picture: Image.Image) -> Array:
    return np.asarray(np.asarray(picture, np.float32) / np.float32(255))


def _tones(lab: Array) -> Tones:
    light, chroma = lab[..., 0], np.hypot(lab[..., 1], lab[..., 2])
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % 360
    coloured = chroma > 15
    low, high = np.percentile(light, (5, 95))
    return Tones(
        mean_l=float(light.mean()),
        mean_c=float(chroma.mean()),
        range_l=float(high - low),
        white=float(((light > 88) & (chroma < 12)).mean()),
        warm=float((coloured & ((hue < 95) | (hue > 340))).mean()),
        cool=float((coloured & (hue >= 95) & (hue <= 300)).mean()),
    )


def graded(picture: Image.Image, facts: SceneFacts) -> Image.Image:
    """Grade a painting until it keeps the palette rules of its facts."""
    small = picture.resize((72, 90), Image.Resampling.BOX)
    lab = cielab(_floats(small))
    moves = list(_moves(facts))
    if not moves:
        return picture
    grid = cielab(_lattice())
    for move in moves:
        for _ in range(_STEPS):
            step = move(_tones(lab))
            if step is None:
                break
            lab, grid = step(lab), step(grid)
    colours = from_cielab(grid).reshape(-1, 3)
    table = ImageFilter.Color3DLUT(_TABLE, colours.ravel())
    return picture.filter(table)


def _lattice() -> Array:
    axis = np.linspace(0, 1, _TABLE, dtype=np.float32)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    return np.stack([red, green, blue], -1)


Step = Callable[[Array], Array]
Move = Callable[[Tones], "Step | None"]


def _scaled(light: float, chroma: float, middle: float = 0.0) -> Step:
    """Scale lightness about a middle, and chroma."""
    factor = np.array([light, chroma, chroma], np.float32)
    centre = np.array([middle, 0, 0], np.float32)
    return lambda lab: ((lab - centre) * factor + centre).astype(np.float32)


def _cooled(lab: Array) -> Array:
    """Take chroma out, least of all from the warm hues of a low sun."""
    hue = np.arctan2(lab[..., 2], lab[..., 1])
    warm = np.clip(1.2 * np.cos(hue - np.radians(60)) + 0.1, 0, 1)[..., None]
    keep = 0.84 + 0.13 * warm
    factors = np.concatenate([np.ones_like(keep), keep, keep], -1)
    return np.asarray(lab * factors, np.float32)


def _warmed(lab: Array) -> Array:
    return (lab + np.array([0, 0.5, 1.6], np.float32)).astype(np.float32)


def _wintry(tones: Tones) -> Step | None:
    if tones.white >= 0.115 or tones.mean_c <= 11.2:
        return None
    return _cooled if tones.mean_c < 16 else _scaled(1, 0.88)


def _moves(facts: SceneFacts) -> Iterator[Move]:
    """Yield what may be done for a scene, each until it need not be done any more."""
    if (facts.season, facts.time_of_day, facts.weather) == ("autumn", "day", "clear"):
        yield lambda tones: _warmed if tones.warm < 0.39 else None
    if facts.time_of_day == "night":
        yield lambda tones: _scaled(0.93, 0.96) if tones.mean_l > 28 else None
    if facts.weather in {"rain", "overcast", "fog"}:
        yield lambda tones: _scaled(0.95, 1, tones.mean_l) if tones.range_l > 57 else None
        yield lambda tones: _cooled if tones.mean_c > 20.5 else None
    if facts.season == "winter" or facts.weather == "snow":
        yield _wintry

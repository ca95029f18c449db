"""What a render's alpha means, and putting right what is wrong with it.

Coverage is taken to be what a renderer writes: 255 inside, 0 outside, and a band of about one
pixel between. Alpha first, colour second: no colour can be right under a wrong alpha.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from shared.vehicles.intake.edges import Rim, boundary_length, grown, rim_of, shrunk, weighted
from shared.vehicles.resample import decode_srgb, encode_srgb

if TYPE_CHECKING:
    from shared.vehicles.intake.edges import Bytes, Flags, Floats
    from shared.vehicles.intake.pictures import Words

# Colours next to their alpha, multiplied by it as codes, or as light before encoding.
Form: TypeAlias = Literal["straight", "premultiplied", "premultiplied_linear"]

_HAZE, _NEARLY_OPAQUE, _INSIDE_PX, _BROAD_PX, _SECTORS = 8, 240, 4, 5, 16
_MIN_RIM, _HAZE_SHARE, _SAMPLE = 50, 0.002, 200_000


@dataclass(frozen=True)
class FormEvidence:
    """How far the rim's colours lie from the paint beside them under each reading, in codes.

    `above` is the share of rim pixels brighter than premultiplied colours can be, `under` that
    of colour under alpha 0.
    """

    form: Form
    clear: bool
    straight: float
    premultiplied: float
    premultiplied_linear: float
    above: float
    under: float

    def measured(self) -> dict[str, float | str]:
        """Return the numbers for a report."""
        return {
            "codes_off_if_straight": self.straight,
            "codes_off_if_premultiplied": self.premultiplied,
            "codes_off_if_premultiplied_linear": self.premultiplied_linear,
            "share_too_bright_for_premultiplied": self.above,
            "share_coloured_under_alpha_0": self.under,
        }


def form_of(rgba: Bytes) -> FormEvidence:
    """Measure whether the colours are straight or premultiplied; straight where it is the same."""
    rim = _middle(rim_of(rgba, most=_SAMPLE))
    outside = rgba[..., 3] == 0
    under = float((rgba[outside][:, :3].max(axis=1) > 0).mean()) if outside.any() else 0.0
    if rim.alpha.size < _MIN_RIM:
        return FormEvidence("straight", clear=False, under=under, **_off(0.0, 0.0, 0.0, 0.0))
    straight = _distance(rim, rim.paint)
    codes = _distance(rim, weighted(rim.paint, rim.alpha, linear=False))
    linear = _distance(rim, weighted(rim.paint, rim.alpha, linear=True))
    brightest = rim.colour.max(axis=1)
    above = float((brightest > rim.alpha * 255 + 2).mean())
    above_linear = float((brightest > encode_srgb(rim.alpha).astype(np.float32) + 2).mean())
    best, off, beyond = min(
        ("premultiplied", codes, above), ("premultiplied_linear", linear, above_linear),
        key=lambda each: each[1],
    )  # fmt: skip
    is_multiplied = beyond < 0.01 and under < 0.01 and off < 0.75 * straight and straight > off + 4
    form: Form = best if is_multiplied else "straight"  # type: ignore[assignment]
    clear = is_multiplied or above > 0.05 or under > 0.05
    return FormEvidence(form, clear=clear, under=under, **_off(straight, codes, linear, above))


def to_straight(rgba: Bytes, form: Form, fine: Words | None = None) -> Bytes:
    """Divide premultiplied colours by their alpha; of `fine`, the same codes of 16 bits, if any."""
    if form == "straight":
        return rgba
    codes = rgba if fine is None else fine
    full = np.float32(255 if fine is None else 65_535)
    partial = (rgba[..., 3] > 0) & (rgba[..., 3] < 255)
    share = codes[partial][:, 3:].astype(np.float32) / full
    colour = codes[partial][:, :3].astype(np.float32) * (np.float32(255) / full)
    out = rgba.copy()
    if form == "premultiplied":
        out[partial, :3] = np.rint(np.minimum(colour / share, 255)).astype(np.uint8)
    else:
        light = decode_srgb(np.rint(colour).astype(np.uint8))
        out[partial, :3] = encode_srgb(light / share)
    return out


@dataclass(frozen=True)
class AlphaMeasures:
    """Shares of the covered pixels; `band` is the rim's width in pixels.

    `see_through` and `shadow` are partly covered areas wider than any rim, within the paint and
    beyond it.
    """

    inside_not_opaque: float
    see_through: float
    shadow: float
    haze: float
    band: float


def measure_alpha(alpha: Bytes) -> AlphaMeasures:
    """Measure what is wrong with a coverage."""
    covered = max(1, int((alpha > 0).sum()))
    solid = alpha >= 128
    inside = shrunk(solid, _INSIDE_PX)
    soft = int((inside & (alpha < 255) & (alpha >= _NEARLY_OPAQUE)).sum())
    broad = shrunk((alpha >= _HAZE) & (alpha < _NEARLY_OPAQUE), _BROAD_PX)
    beyond = broad & _beyond_the_paint(alpha >= _NEARLY_OPAQUE)
    wide = grown(broad, _BROAD_PX + 1) if broad.any() else broad
    rim = int(((alpha >= _HAZE) & (alpha < 248) & ~wide).sum())
    return AlphaMeasures(
        inside_not_opaque=soft / max(1, int(inside.sum())),
        see_through=int((broad & ~beyond).sum()) / covered,
        shadow=int(beyond.sum()) / covered,
        haze=int(((alpha > 0) & (alpha < _HAZE)).sum()) / covered,
        band=rim / max(1, boundary_length(solid)),
    )


def repaired_alpha(alpha: Bytes, measures: AlphaMeasures) -> Bytes:
    """Make the inside opaque and the outside empty; the rim of a clean render stays as it is."""
    out = alpha.copy()
    if measures.inside_not_opaque > 0.01:
        # A matting model's levels: what it calls 254 inside is as far from 255 on the rim.
        scaled = (alpha.astype(np.float32) - _HAZE) * (255 / (247 - _HAZE))
        out = np.rint(np.clip(scaled, 0, 255)).astype(np.uint8)
    if measures.haze > _HAZE_SHARE:
        out[out < _HAZE] = 0
    inside = shrunk(alpha >= _NEARLY_OPAQUE, 3)
    out[inside] = 255
    return out


def fringe_of(rgba: Bytes) -> float:
    """Return how many codes an old background pulls the rim's colours, at alpha 0.

    Observed colour is a·F + (1-a)·B; against the paint F beside it, its slope over 1-a is B-F.
    Clean renders measure 5-17: a rim is lit differently, but not in step with its coverage.
    """
    rim = _middle(rim_of(rgba, most=_SAMPLE))
    if rim.alpha.size < _MIN_RIM:
        return 0.0
    sector = rim.columns * _SECTORS // rgba.shape[1]
    slopes, weights = [], []
    for number in range(_SECTORS):
        own = sector == number
        if int(own.sum()) < _MIN_RIM:
            continue
        lack = (1 - rim.alpha[own]) - float((1 - rim.alpha[own]).mean())
        off = rim.colour[own] - rim.paint[own]
        spread = max(float((lack**2).sum()), 1e-6)
        slopes.append(float(np.abs((lack[:, None] * off).sum(axis=0) / spread).mean()))
        weights.append(int(own.sum()))
    return float(np.average(slopes, weights=weights)) if slopes else 0.0


def decontaminated(rgba: Bytes) -> Bytes:
    """Give every partly covered pixel the colour of the opaque paint beside it."""
    rim = rim_of(rgba)
    out = rgba.copy()
    out[rim.rows, rim.columns, :3] = np.rint(rim.paint).astype(np.uint8)
    return out


def _middle(rim: Rim) -> Rim:
    """Leave out the ends of the rim, where rounding weighs most."""
    own = (rim.alpha > 0.1) & (rim.alpha < 0.9)
    return Rim(rim.rows[own], rim.columns[own], rim.alpha[own], rim.colour[own], rim.paint[own])


def _distance(rim: Rim, expected: Floats) -> float:
    return float(np.abs(rim.colour - expected).mean())


def _off(straight: float, codes: float, linear: float, above: float) -> dict[str, float]:
    named = {"straight": straight, "premultiplied": codes, "premultiplied_linear": linear}
    return {**{name: round(value, 2) for name, value in named.items()}, "above": round(above, 4)}


def _beyond_the_paint(opaque: Flags) -> Flags:
    """Return what lies left or right of all paint in its row, or below all paint in its column."""
    seen_left = np.logical_or.accumulate(opaque, axis=1)
    seen_right = np.logical_or.accumulate(opaque[:, ::-1], axis=1)[:, ::-1]
    seen_below = np.logical_or.accumulate(opaque[::-1], axis=0)[::-1]
    beyond: Flags = ~(seen_left & seen_right & seen_below)
    return beyond

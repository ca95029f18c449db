"""What each measure of the gate says when it fails: whose fault it is, and what to change.

A new plate cures what the plate has caused and nothing else: the same car in the same layout has
the same tyres, horizon, box and edges on every plate. docs/reference/gate.md shows this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shared.quality.thresholds import Thresholds

Cause = Literal["plate", "vehicle", "workflow"]


@dataclass(frozen=True)
class Measure:
    """One measure: what causes it to fail, what to change, and where it fails.

    `limit` is a field of Thresholds (`master.` for those of a copy) or the value itself; `bound`
    says which side of it is allowed.
    """

    cause: Cause
    change: str
    limit: str | float | None = None
    bound: Literal["at most", "at least"] = "at most"


_CAR_LAST = (
    "lay the frozen car over the finished plate, and let no node draw, scale or grade behind that"
)
_ORDER_ANEW = "have another plate painted"
_LETTERING = "have another plate painted, calmer or darker where lettering stands"
_BUNDLE = "made by the bundle itself: report it, with task.json"
_PLACE = "place the car with the pack's own node, on the horizon that `GATE_HORIZON` names"


def _of_the_car(*names: str) -> dict[str, Measure]:
    return {name: Measure("workflow", _CAR_LAST, f"master.{name}") for name in names}


def _light(name: str, fault: str) -> Measure:
    return Measure(
        "plate",
        f"{fault} than the scene: have another plate painted, in a light that the set has, or "
        "render the car in this one",
        name,
    )


MEASURES: Mapping[str, Measure] = {
    "contact_high": Measure(
        "vehicle",
        "a tyre stands beside its shadow: measure all four `contacts` anew, hidden ones too, each "
        "where its tyre meets the ground, left and right a whole track apart",
        "contact_high",
    ),
    "contact_low": Measure(
        "vehicle",
        "a tyre stands in black, or none is seen: move `contacts` out from under the body to "
        "where the tyres meet the ground",
        "contact_low",
        "at least",
    ),
    "footprint_rise": Measure(
        "vehicle",
        "the car stands above the ground, too near the horizon: render it from 1.2 to 1.5 m and "
        "nearer, and check `horizon_y` and the two far `contacts`",
        0.0,
    ),
    "outside_safe_area": Measure(
        "vehicle",
        "the car leaves the layout's safe area: it is too tall for its width, or `horizon_y` is "
        "too far down; render it from a side, from 1.2 to 1.5 m",
        0.0,
    ),
    "light_gap": Measure(
        "plate",
        "the car is lit for another hour: have another plate painted, render the car also in the "
        "light of the night, or accept the look by `GATE_LIGHT_GAP`",
        "light_gap",
    ),
    "camera_error": Measure(
        "vehicle",
        "the tyres show another view than the sidecar states: correct `camera.heading_deg` or the "
        "four `contacts`, left rear, left front, right front, right rear",
        "camera_error",
    ),
    "heading_error": Measure(
        "plate",
        "the car stands across its lane: have another plate painted, with a road as the car "
        "stands or a ground without a direction",
        "heading_error",
    ),
    "horizon_error": Measure(
        "plate",
        "the plate's lines meet on another row than its horizon was asked for: have another "
        "plate painted",
        "horizon_error",
    ),
    "light_warmth": _light("light_warmth", "the render's light is colder or warmer"),
    "light_height": _light("light_height", "the render is lit for another hour"),
    "light_hardness": _light("light_hardness", "the render's light is harder or softer"),
    "light_side": _light("light_side", "the render is lit from another side"),
    "shadow_side": Measure(
        "workflow",
        "the car's shadow falls towards the light: make it with the pack's own node, and check "
        "`light.azimuth_deg` in the sidecar (clockwise from the view, 90 from the right)",
        "shadow_side",
    ),
    "geometry_error": Measure("workflow", _PLACE, "geometry_error"),
    "placement_wrong": Measure("workflow", _PLACE, 0.0),
    "lettering_overlap": Measure(
        "workflow", "lettering or mark lies on the car: set the lettering elsewhere", 0.0
    ),
    "bare_missing": Measure(
        "workflow", "save the plate without the shadow, too, as the output `bare`"
    ),
    "protected_changed": Measure("workflow", _CAR_LAST, 0.0),
    "stray_pixels": Measure("workflow", _CAR_LAST, 0.0),
    **_of_the_car("badge_mean", "badge_p99", "badge_soft_mean", "badge_soft_p99", "paint_shift"),
    **_of_the_car("edge_mean", "edge_p95", "seam"),
    "halo_dark": Measure("workflow", _CAR_LAST, "master.halo"),
    "halo_bright": Measure("workflow", _CAR_LAST, "master.halo"),
    "mark_share": Measure("workflow", _BUNDLE, "mark_share", "at least"),
    "label_present": Measure("workflow", _BUNDLE, 1.0, "at least"),
    "profile_srgb": Measure("workflow", _BUNDLE, 1.0, "at least"),
    "chroma_full": Measure("workflow", _BUNDLE, 1.0, "at least"),
    "footprint_slope": Measure("plate", _ORDER_ANEW, "ground_slope"),
    "footprint_spread": Measure("plate", _ORDER_ANEW, "ground_spread"),
    "plate_structure": Measure("plate", _ORDER_ANEW, "plate_structure", "at least"),
    "plate_sharpness": Measure("plate", _ORDER_ANEW, "plate_sharpness", "at least"),
    "mark_contrast": Measure("plate", _LETTERING, "mark_contrast", "at least"),
    "caption_contrast": Measure("plate", _LETTERING, "text_contrast", "at least"),
    "style": Measure("plate", _ORDER_ANEW),
}
# A measure that is not in the table is tried again, as long as there are attempts.
_UNKNOWN = Measure("plate", _ORDER_ANEW)


def measure_named(name: str) -> Measure:
    """Return the measure of a score's name, with or without the copy's before it."""
    return MEASURES.get(_key(name), _UNKNOWN)


def beyond_repaint(failures: Iterable[str]) -> bool:
    """Say whether something failed and a new plate can cure none of it."""
    causes = {measure_named(name).cause for name in failures}
    return bool(causes) and "plate" not in causes


def remedies(
    scores: Mapping[str, float], names: Iterable[str], thresholds: Thresholds
) -> tuple[str, ...]:
    """Return a sentence for each failed measure: its value, its limit, what to change.

    Copies that fail by the same measure have one sentence, with the value of the first.
    """
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(name if _key(name) == "style" else _key(name), name)
    return tuple(
        f"{shown}{_numbers(scores.get(name), measure_named(name), thresholds)}: "
        f"{measure_named(name).change}"
        for shown, name in first.items()
    )


def limit_of(measure: Measure, thresholds: Thresholds) -> float | None:
    """Return the limit; None where the score's mere presence is the fault.

    An app copy that a JPEG spoils is made anew without loss, so what fails has the master's.
    """
    if not isinstance(measure.limit, str):
        return measure.limit
    found: object = thresholds
    for part in measure.limit.split("."):
        found = getattr(found, part)
    return float(str(found))


def _numbers(value: float | None, measure: Measure, thresholds: Thresholds) -> str:
    limit = limit_of(measure, thresholds)
    if limit is None:
        return ""
    told = "could not be measured" if value is None else f"is {value:g}"
    return f" {told} (limit: {measure.bound} {limit:g})"


def _key(name: str) -> str:
    copy, _, rest = name.partition(".")
    return copy if copy == "style" or not rest else rest

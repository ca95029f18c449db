"""The planted faults: which member makes which fault on a plate, and what is done to the evidence.

Each is named for what is wrong and has the measure that has to catch it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from shared.quality.car_view import view_of
from shared.quality.colour import decode, encode
from shared.quality.evidence import Car, Evidence
from shared.quality.geometry import placed, tight_box
from shared.vehicles.sidecar import Camera
from tools.belonging.cars import Member
from tools.belonging.plates import Truth

Tamper = Callable[[Evidence, Car], Evidence]

_CLEARLY_ACROSS, _ALONG = 25.0, 8.0


@dataclass(frozen=True)
class Fault:
    """What is wrong, the measure named for it, and the share that has to be caught."""

    name: str
    measure: str
    least: float = 0.9


STUDIO_AT_NIGHT = Fault("a studio render at night", "light_height")
NOON_AT_DUSK = Fault("a noon render at dusk", "light_height")
COLD_IN_WARM = Fault("a cold render in a warm plate", "light_warmth")
OTHER_SIDE = Fault("a sun-left render in a sun-right plate", "light_side", 0.8)
SHADOW_WRONG = Fault("a shadow to the wrong side", "shadow_side", 0.8)
ACROSS = Fault("a car across its lane", "heading_error")
OTHER_CAMERA = Fault("a rear view with a front camera", "camera_error")
OTHER_LENS = Fault("a car scaled for another lens", "geometry_error")
FAULTS = (
    STUDIO_AT_NIGHT, NOON_AT_DUSK, COLD_IN_WARM, OTHER_SIDE,
    SHADOW_WRONG, ACROSS, OTHER_CAMERA, OTHER_LENS,
)  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """A member to be set into a plate; `fault` is None where it suits.

    `shadow`: the member whose shadow is laid in place of its own.
    """

    member: Member
    fault: Fault | None = None
    tamper: Tamper | None = None
    shadow: Member | None = None


def pairs_of(truth: Truth, members: Sequence[Member], right: int) -> Iterator[Pair]:
    """Yield up to `right` pairs that suit the plate, and each fault that can be planted there."""
    along = [each for each in members if _runs_along(truth, each)]
    fitting = [each for each in along if each.lit == truth.light]
    yield from (Pair(each) for each in fitting[:right])
    for fault, lit in _wrong_lights(truth):
        yield from (Pair(each, fault) for each in _first(along, lit))
    if truth.heading is not None:
        across = [each for each in members if _apart(truth.heading, each.axis) > _CLEARLY_ACROSS]
        yield from (Pair(each, ACROSS) for each in _first(across, truth.light))
    for member in fitting[:1]:
        turned = _first([each for each in along if each.view == member.view], _turned(truth.light))
        yield from (Pair(member, SHADOW_WRONG, shadow=each) for each in turned)
        yield Pair(member, OTHER_CAMERA, camera_turned)
        yield Pair(member, OTHER_LENS, lens_changed)


def _wrong_lights(truth: Truth) -> Iterator[tuple[Fault, str]]:
    kind, _, side = truth.light.partition("_")
    if kind == "night":
        yield STUDIO_AT_NIGHT, "overcast"
    if kind in {"low", "dusk"}:
        yield NOON_AT_DUSK, f"day_{side or 'left'}"
    if kind == "low" and truth.time_of_day == "dusk":
        yield COLD_IN_WARM, "overcast"
    if side:
        yield OTHER_SIDE, _turned(truth.light)


def _turned(light: str) -> str:
    """Return the light from the other side, "" for one that has no side."""
    kind, _, side = light.partition("_")
    return f"{kind}_{'right' if side == 'left' else 'left'}" if side else ""


def _first(members: Sequence[Member], lit: str) -> list[Member]:
    """Return the first member in a light, if there is one: other views and paints have the same."""
    return [each for each in members if each.lit == lit][:1]


def _runs_along(truth: Truth, member: Member) -> bool:
    return truth.heading is None or _apart(truth.heading, member.axis) <= _ALONG


def _apart(one: float, other: float) -> float:
    return abs((one - other + 90) % 180 - 90)


def shadowed_as(evidence: Evidence, other: Evidence) -> Evidence:
    """Lay another member's shadow on the ground: what it leaves of the light there."""
    if evidence.bare is None or other.bare is None:
        return evidence
    kept = decode(other.plate) / np.maximum(decode(other.bare), 1e-4)
    return replace(evidence, plate=encode(decode(evidence.bare) * np.clip(kept, 0, 1)))


def camera_turned(evidence: Evidence, _smaller: Car) -> Evidence:
    """State the camera of the opposite view."""
    view = view_of(evidence.car)
    heading = (view.heading if view else 0.0) + 180
    stated = evidence.car.camera or Camera(heading_deg=0)
    camera = stated.model_copy(update={"heading_deg": heading % 360})
    return replace(evidence, car=replace(evidence.car, camera=camera))


def lens_changed(evidence: Evidence, smaller: Car) -> Evidence:
    """Put the car in smaller on the same spot of the ground, as a longer lens would show it."""
    claims, car = evidence.claims, evidence.car
    nearest = max(car.contacts, key=lambda each: each[1])
    at = placed(car, claims, nearest)
    x, y = (round(a - smaller.scale * b) for a, b in zip(at, nearest, strict=True))
    moved = replace(claims, x=x, y=y, height=smaller.pixels.shape[0], scale=smaller.scale)
    moved = replace(moved, car_box=tight_box(smaller, moved))
    return replace(evidence, car=smaller, claims=moved)

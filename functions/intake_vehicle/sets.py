"""A member against the set it belongs to, and the page on the whole set."""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from shared.ports import ObjectStore, every_object
from shared.quality.colour import ciede2000, lab
from shared.vehicles.intake.findings import Finding, proposal
from shared.vehicles.intake.wheels import difference, size_across, size_ratio
from shared.vehicles.members import (
    Facts,
    Member,
    SetReport,
    member_key,
    members_folder,
    parse_member,
    set_report_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shared.vehicles.sidecar import Light
    from shared.vehicles.uploads import PaintName, RenderName

_MOST_BYTES, _TRIES = 262_144, 3
# As a share; in CIEDE2000; in stops between the halves of the car.
_SAME_SIZE, _SAME_PAINT, _STOPS = 0.03, 3.0, 0.1
_HARD, _SIDE_SINE = 0.5, 0.35
# 1 - correlation of one view's wheels, and their size as a share, within a view and across views.
_SAME_WHEELS, _SAME_RIM, _SAME_RIM_ACROSS = 0.24, 0.05, 0.06
# Of a sky's light: what a clear coat mirrors at most more from one eye than from another.
_VEIL = 0.03


def read_member(name: RenderName, *, mount: ObjectStore) -> Member | None:
    """Return how the newest delivery of a member came out, None before the first."""
    return parse_member(mount.get(member_key(name, name.member), max_bytes=_MOST_BYTES))


def read_members(paint: PaintName, *, mount: ObjectStore) -> tuple[Member, ...]:
    """Return how the newest delivery of each member came out, by name."""
    keys = [each.key for each in every_object(mount, members_folder(paint))]
    found = (parse_member(mount.get(key, max_bytes=_MOST_BYTES)) for key in keys)
    return tuple(each for each in found if each is not None)


def write_member(name: RenderName, member: Member, *, mount: ObjectStore) -> None:
    """Keep how a delivery came out, unless a newer one has come meanwhile."""
    there = read_member(name, mount=mount)
    if there is None or there.uploaded_at <= member.uploaded_at:
        key = member_key(name, name.member)
        mount.put(key, member.to_json(), content_type="application/json")


def write_set_report(paint: PaintName, *, mount: ObjectStore) -> None:
    """Write the page on a set; again where a member has come while it was written."""
    members = read_members(paint, mount=mount)
    for _ in range(_TRIES):
        report = SetReport(vehicle=paint.path, members=members)
        text = "text/plain; charset=utf-8"
        mount.put(set_report_key(paint, "txt"), report.to_text().encode(), content_type=text)
        mount.put(set_report_key(paint, "json"), report.to_json(), content_type="application/json")
        now = read_members(paint, mount=mount)
        if now == members:
            return
        members = now


def check_against(
    member: RenderName, light: Light, facts: Facts, others: Sequence[Member]
) -> tuple[Finding, ...]:
    """Hold a member against those of its set that are good, or wait for somebody to look."""
    rest = [each for each in others if each.name != member.member and each.verdict != "no"]
    return (
        *_sizes(facts, rest),
        *_paint(facts, rest),
        *_wheels(member, facts, rest),
        *_side(member, light, facts, rest),
    )


def _sizes(facts: Facts, rest: Sequence[Member]) -> Iterator[Finding]:
    for name, words in (("wheelbase_m", "wheelbase"), ("track_m", "track")):
        own = getattr(facts, name)
        known = [value for each in rest if (value := getattr(each.facts, name)) is not None]
        if own is None or not known:
            continue
        usual = median(known)
        if abs(own / usual - 1) > _SAME_SIZE:
            text = f"by its tyres the {words} is {own:.2f} m, in the rest of the set {usual:.2f}: "
            text += "render the same car, or measure `contacts`, `horizon_y` and `camera` anew"
            yield proposal("set_car", text, **{name: own, "in_the_set": round(usual, 3)})


def _paint(facts: Facts, rest: Sequence[Member]) -> Iterator[Finding]:
    known = [each.facts.paint for each in rest if each.facts.paint is not None]
    if facts.paint is None or not known:
        return
    usual = np.median(np.array(known), axis=0)
    # From another height the clear coat mirrors more or less of the sky, which is white.
    veiled = np.clip(np.array(facts.paint) + np.linspace(-_VEIL, _VEIL, 61)[:, None], 0, 1)
    off = float(ciede2000(lab(veiled), lab(usual)).min())
    if off > _SAME_PAINT:
        text = f"under neutral light the doors' colour is {off:.1f} (CIEDE2000) from the rest of "
        text += f"the set, {_SAME_PAINT:g} are the most; render all members with one paint"
        yield proposal("set_paint", text, ciede2000=round(off, 2))


def _wheels(member: RenderName, facts: Facts, rest: Sequence[Member]) -> Iterator[Finding]:
    """Compare design and size with the same view in other lights, the size with other views."""
    own, known = facts.wheels, [(e.view, e.facts.wheels) for e in rest if e.facts.wheels]
    same = [wheels for view, wheels in known if view == member.view]
    other = [wheels for view, wheels in known if view != member.view]
    if own is None:
        return
    size = median(size_ratio(own, each) for each in same) if same else 1.0
    apart = median(difference(own, each) for each in same) if same else 0.0
    across = size_across(own, other) if other else 1.0
    if abs(size - 1) > _SAME_RIM:
        text = f"the wheels are {size:.0%} as large as in this view's other lights: render all "
        text += "lights with the same wheels, and measure `contacts` once for a view"
        yield proposal("set_wheels", text, size=round(size, 3), in_the_set=1)
    elif apart > _SAME_WHEELS:
        text = "the wheels' spokes lie otherwise than in this view's other lights: render all "
        text += "lights with the same wheels, turned the same way, and measure `contacts` once "
        text += "for a view"
        yield proposal("set_wheels", text, difference=round(apart, 3), most=_SAME_WHEELS)
    elif abs(across - 1) > _SAME_RIM_ACROSS:
        text = f"against the wheelbase the wheels are {across:.0%} as large as in the other views: "
        text += "render all views with the same wheels, or measure `contacts` and `camera` anew"
        yield proposal("set_wheels", text, size=round(across, 3), in_the_set=1)


def _side(
    member: RenderName, light: Light, facts: Facts, rest: Sequence[Member]
) -> Iterator[Finding]:
    """Hold the bright side of the car against the stated azimuth, beside a light without a side."""
    sine = math.sin(math.radians(light.azimuth_deg))
    even = next(
        (e.facts.halves for e in rest if e.view == member.view and e.facts.paint is not None), None
    )
    if even is None or facts.halves is None or abs(sine) < _SIDE_SINE:
        return
    if (light.sun_to_sky or 0) < _HARD:
        return
    # More to the right than under the even light: above 0 for a light from the right.
    stops = math.log2(_ratio(facts.halves) / _ratio(even))
    if stops * sine < 0 and abs(stops) > _STOPS:
        side = "right" if stops > 0 else "left"
        text = f"the {side} of the car is the bright one, and light.azimuth_deg "
        text += f"({light.azimuth_deg:g}) says the other; correct it, or render this light anew"
        yield proposal("light_side", text, stops=round(stops, 2))


def _ratio(halves: tuple[float, float]) -> float:
    left, right = (max(each, 1e-5) for each in halves)
    return right / left

"""Does the car belong to its scene: heading, horizon, and the light's hour, warmth and side.

People see perspective and heading first, then brightness and warmth, the height of the light, and
its side last. No single figure follows their eyes (Giroux et al. 2024), so each has a limit of its
own. Plates lie: a measure counts only where the plate is clear, by a confidence of its own.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from shared.quality import car_view, cast, hours, lines, side, warmth
from shared.quality.binding import LIGHTS, LINES, unbound
from shared.quality.scene import LIGHT, Estimate, Scene, scene_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shared.quality.evidence import Evidence
    from shared.quality.thresholds import Thresholds
    from shared.vehicles.sidecar import Light

# A plate's lens is not known: from 35 to 54 mm, as focal lengths over the picture's diagonal.
_LEAST_SUN = 0.3
_LENSES = (0.8, 1.25)
_HARD = {"high": 1.0, "low": 0.9, "overcast": 0.0, "dusk": 0.2, "night": 0.5}
_BY_DAY = ("high", "low", "overcast")


def belonging_scores(evidence: Evidence, horizon: float) -> dict[str, float]:
    """Return every measure that the evidence allows, each with its `_confidence`."""
    bare = evidence.plate if evidence.bare is None else evidence.bare
    fine = scene_of(bare, horizon)
    found = dict(_of_lines(evidence, fine))
    if evidence.car.light is not None:
        plate_side = side.light_side(fine)
        coarse = scene_of(bare, horizon, LIGHT)
        found |= _of_light(evidence, coarse, plate_side, evidence.car.light)
    scores = {name: each.value for name, each in found.items()}
    scores |= {f"{name}_confidence": each.confidence for name, each in found.items()}
    stated = car_view.camera_error(evidence.car)
    return scores if stated is None else {**scores, "camera_error": stated}


def broken(
    scores: Mapping[str, float], alternatives: int | None, thresholds: Thresholds
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (failures, doubts) by what is beyond its limit and clear enough to count.

    Where nothing was asked of the plate they inform only; a light that does not suit a set of one
    is a doubt, since no other member and no other plate can be had for certain.
    """
    stated = scores.get("camera_error", 0.0) > thresholds.camera_error
    wrong = ("camera_error",) if stated else ()
    gap = scores.get("light_gap", 0.0) > thresholds.light_gap
    dark = ("light_gap",) if gap else ()
    asked = alternatives is not None
    lined = _beyond(scores, LINES, thresholds, asked=asked)
    lit = (*_beyond(scores, LIGHTS, thresholds, asked=asked), *dark)
    if not alternatives:
        return (*wrong, *lined), lit
    return (*wrong, *lined, *lit), ()


def _beyond(
    scores: Mapping[str, float], names: tuple[str, ...], thresholds: Thresholds, *, asked: bool
) -> tuple[str, ...]:
    return tuple(
        name
        for name in names
        if scores.get(name, 0.0) > getattr(thresholds, name)
        and unbound(name, scores, thresholds, asked=asked) is None
    )


def _of_lines(evidence: Evidence, scene: Scene) -> Iterator[tuple[str, Estimate]]:
    view = car_view.view_of(evidence.car)
    if view is None:
        return
    rows, columns = scene.size
    edges = lines.edges_of(scene, scene.horizon + lines.BELOW * rows)
    usual = math.hypot(rows, columns)
    ground = lines.direction_of(edges, scene.horizon, columns / 2, usual)
    if not ground.headings:
        return
    offsets = [usual * math.tan(math.radians(each)) for each in ground.headings]
    own = view.focal * evidence.car.scale * scene.factor
    lenses = (own, *(each * usual for each in _LENSES))
    axes = (view.heading, car_view.axis_heading(evidence.car, evidence.claims, view))
    off = min(_off(axis, offset, lenses) for axis in axes for offset in offsets)
    # Of open ground that was asked for, ripples and mottle leave half a belief; a road is believed.
    belief = 2 if evidence.open_ground else 1
    yield "heading_error", Estimate(off, ground.confidence**belief)
    point = lines.meeting_of(edges, (columns / 2 + offsets[0], scene.horizon))
    if point is not None:
        # What lies beyond the frame is not seen to meet, only taken to.
        seen = 1.0 if -0.1 <= point.x / columns <= 1.1 else 0.5
        missed = abs(point.y - scene.horizon) / rows
        yield "horizon_error", Estimate(missed, point.confidence**belief * seen)


def _off(axis: float, offset: float, lenses: tuple[float, ...]) -> float:
    """Return degrees from an axis to where the lenses, one with another, see lines recede."""
    seen = [math.degrees(math.atan(offset / focal)) for focal in lenses]
    apart = [(axis - each + 90) % 180 - 90 for each in (min(seen), max(seen))]
    within = apart[0] >= 0 >= apart[1] and apart[0] - apart[1] < 90
    return 0.0 if within else min(abs(each) for each in apart)


def _of_light(
    evidence: Evidence, scene: Scene, plate_side: Estimate, light: Light
) -> dict[str, Estimate]:
    tones = hours.tones_of(scene)
    orders = evidence.orders
    shown = hours.hours_under(orders.weather, hours.hours_in(tones))
    own = hours.hour_of(light)
    clear = max(shown.values()) * min(1.0, 0.5 + tones.sky_share * 5)
    by_day = sum(shown[name] for name in _BY_DAY)
    hard = sum(shown[name] * _HARD[name] for name in shown)
    # Clouds that leave some blue veil the sun now and then: hard light and soft suit them alike.
    steady = 0.0 if orders.weather == "cloudy" else 1.0
    warm = warmth.warmth_gap(scene, light)
    found = {
        "light_height": Estimate(hours.apart(shown, own, orders), clear),
        "light_hardness": Estimate(abs(hard - (1 - light.softness)), clear * by_day * steady),
        "light_warmth": Estimate(warm.value, warm.confidence * by_day * _coloured(orders.weather)),
    }
    sunny = shown["high"] + shown["low"]
    seen = Estimate(plate_side.value, plate_side.confidence * sunny)
    return found | _of_sides(evidence, seen, light)


def _coloured(weather: str) -> float:
    """Return how far a scene's warmth is its sun's: coloured clouds are none, dust is no light."""
    return 0.0 if weather in hours.TINTED else 0.5 if weather in hours.SUNLESS else 1.0


def _of_sides(evidence: Evidence, plate: Estimate, light: Light) -> dict[str, Estimate]:
    """Return light_side and shadow_side; without a sun on either side there is nothing to say."""
    own = math.sin(math.radians(light.azimuth_deg)) * (1 - light.softness)
    found = {"light_side": Estimate(max(0.0, -plate.value * own), plate.confidence)}
    if evidence.bare is None:
        return found
    view = car_view.view_of(evidence.car)
    if view is None or abs(own) < _LEAST_SUN:
        return found
    shadow = cast.shadow_side(
        evidence.plate, evidence.bare, evidence.car, evidence.claims, view, light
    )
    # Its own sun tells where a car's shadow has to fall, where the plate does not.
    sun = plate if plate.confidence >= abs(own) else Estimate(own, abs(own))
    clear = min(shadow.confidence, sun.confidence)
    return {**found, "shadow_side": Estimate(max(0.0, shadow.value * sun.value), clear)}

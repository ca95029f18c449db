"""Which of a car's renders belongs into a plate: one stated cost, the least of them is set in.

Every term is a difference between what the plate shows and what a render was lit by, 0 where they
agree; `WEIGHTS` says what each counts. The figures of a plate are shares, so a plate that does not
tell its side makes every hard sun dear and a soft, neutral render cheap.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .lit_by import LitBy, lit_by, suited_ground
from .vehicle_files import Vehicle, axis_deg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .plate_light import PlateLight

# In the order in which people notice: brightness and hour, perspective, colour, height, side.
WEIGHTS = {
    "dark": 3.0,  # day 0, low sun 0.15, blue hour 0.4, night 1
    "heading": 1.0,  # a third of a right angle between the car's axis and the ground's lines
    "warmth": 0.3,  # 100 mired
    "exposure": 0.12,  # one stop between the ground and the one that the render was lit over
    "height": 1.2,  # a low sun against a high one
    "hard": 1.0,  # all sun against none
    "side": 2.6,  # a hard sun from the wrong side
    "bright": 0.6,  # ground that throws light up against one that does not
    "lamps": 0.3,  # the car's own lamps against the lamps of the scene
    "plan": 0.4,  # not the render that the plan named first
}
# What the plan asked the painter for, as log-odds of the side and of a sun at all.
_ASKED_SIDE, _ASKED_SUN = 0.6, 1.0
# From where on a sun counts as low, and as one that casts shadows.
_LOW, _HARD = 0.5, 0.3
_MOST_MIREDS, _WIDEST_DEG = 200.0, 60.0


@dataclass(frozen=True)
class Choice:
    """The render that is set in, its cost, the next best, and why."""

    vehicle: Vehicle
    cost: float
    terms: dict[str, float]
    runner_up: tuple[Vehicle, float] | None
    reasons: tuple[str, ...]

    def facts(self, light: PlateLight, layout_id: str) -> dict[str, Any]:
        """Return the `choice` of placement.json."""
        second = self.runner_up
        return {
            **_named(self.vehicle),
            "cost": round(self.cost, 4),
            "runner_up": second and {**_named(second[0]), "cost": round(second[1], 4)},
            "reasons": list(self.reasons),
            "measured": light.facts(),
            "layout": layout_id,
        }


def fit_for(time_of_day: str, members: Sequence[Vehicle]) -> Sequence[Vehicle]:
    """Return the renders for a trip's hour: a night's at night, no noon's at dawn and dusk.

    Whatever the plate paints of it, a night is a night; without such renders all are as good.
    """
    lit = [(each, lit_by(each)) for each in members]
    if time_of_day == "night":
        fit = [each for each, own in lit if own.dark >= 1]
    elif time_of_day in {"dawn", "dusk"}:
        fit = [each for each, own in lit if own.low >= _LOW or own.hard < _HARD]
    else:
        fit = []
    return fit or members


def choose(members: Sequence[Vehicle], light: PlateLight) -> Choice:
    """Return the render of least cost; of equal ones the one that was named first."""
    asked = lit_by(members[0])
    costs = [_terms(each, light, asked, planned=i == 0) for i, each in enumerate(members)]
    totals = [sum(terms.values()) for terms in costs]
    best, second, *_ = *sorted(range(len(members)), key=lambda i: (round(totals[i], 6), i)), None
    return Choice(
        vehicle=members[best],
        cost=totals[best],
        terms=costs[best],
        runner_up=None if second is None else (members[second], totals[second]),
        reasons=tuple(_reasons(members, costs, best, second)),
    )


def _terms(vehicle: Vehicle, light: PlateLight, asked: LitBy, *, planned: bool) -> dict[str, float]:
    """Return each weighted term of one render's cost."""
    lit = lit_by(vehicle)
    hard = _hard(light, asked)
    mired = min(_MOST_MIREDS, abs(light.mired.value - lit.mired))
    raw = {
        "dark": abs(light.dark.value - lit.dark),
        "heading": _heading(vehicle, light),
        "warmth": mired / 100 * light.mired.confidence,
        "exposure": min(4.0, abs(math.log2(max(light.ground.value, 1e-3) / suited_ground(lit)))),
        "height": abs(light.low.value * hard - lit.low * lit.hard),
        "hard": abs(hard - lit.hard),
        "side": lit.hard * abs(lit.side) * _wrong_side(light, lit, asked),
        # Where the sun shines, its height and side count for more than what the ground adds.
        "bright": abs(light.bright.value - lit.bright) * (1 - light.hard.value),
        "lamps": abs(min(1.0, max(light.lamps.value, 2.2 * light.dark.value)) - lit.lamps),
        "plan": 0.0 if planned else 1.0,
    }
    return {name: WEIGHTS[name] * value for name, value in raw.items()}


def _hard(light: PlateLight, asked: LitBy) -> float:
    """Return how much of the light is a sun's, as measured and as asked for."""
    odds = math.log(max(light.hard.value, 1e-3) / max(1 - light.hard.value, 1e-3))
    return 1 / (1 + math.exp(-odds - _ASKED_SUN * (2 * asked.hard - 1)))


def _wrong_side(light: PlateLight, lit: LitBy, asked: LitBy) -> float:
    """Return the probability that the light comes from the other side than the render's."""
    left, right = max(light.side["left"], 1e-3), max(light.side["right"], 1e-3)
    odds = math.log(right / left) + _ASKED_SIDE * asked.side * asked.hard
    right = 1 / (1 + math.exp(-odds))
    return 1 - right if lit.side > 0 else right


def _heading(vehicle: Vehicle, light: PlateLight) -> float:
    axis = axis_deg(vehicle)
    if axis is None:
        return 0.0
    return light.direction.confidence * min(_WIDEST_DEG, abs(light.direction.value - axis)) / 30


def _reasons(
    members: Sequence[Vehicle], costs: list[dict[str, float]], best: int, second: int | None
) -> list[str]:
    """Say what spoke for the choice against the next best, and what still speaks against it."""
    own = costs[best]
    told = []
    if second is not None:
        gains = {name: costs[second][name] - own[name] for name in own}
        most = sorted(gains, key=lambda name: -gains[name])[:3]
        rival = _name(members[second])
        told += [
            f"{name}: {gains[name]:.2f} nearer than {rival}" for name in most if gains[name] >= 0.05
        ]
    against = [name for name in own if own[name] >= 0.6]
    told += [f"{name}: {own[name]:.2f} off, no render is nearer in all" for name in against]
    return told or ["the only render" if second is None else "as near as the next"]


def _named(vehicle: Vehicle) -> dict[str, str]:
    return {"view": vehicle.view, "lit": vehicle.lit}


def _name(vehicle: Vehicle) -> str:
    return f"{vehicle.view}.{vehicle.lit}" if vehicle.lit else vehicle.reference

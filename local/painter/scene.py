"""A scene being painted: its facts, light, season colours, canvas, and level camera."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from local.painter.canvas import Canvas, Point
from local.painter.colour import Array, rgbs
from local.painter.facts import SceneFacts, Season, facts_from_prompt
from local.painter.light import Light, light_of
from local.painter.noise import Generator, stream

EYE_METRES = 1.3
_LENS = 1.6  # focal length in picture widths

_LEAVES: dict[Season, str] = {
    "spring": "#3f6b2f #5f9440 #86b653 #b3d474",
    "summer": "#1f4a28 #2f6d33 #4f9140 #86b650",
    "autumn": "#8a3a1c #c0561f #e08a2a #f2bd4a",
    "winter": "#3a4038 #555a4e #767a6c #999c90",
}
_GRASS: dict[Season, str] = {
    "spring": "#6f9a45 #93b95a",
    "summer": "#4b8038 #77a648",
    "autumn": "#b08a3e #d2ad5a",
    "winter": "#a59f86 #bdb8a4",
}


@dataclass(frozen=True)
class Scene:
    """What all painters of parts share. side is +1 where the view opens to the right."""

    facts: SceneFacts
    light: Light
    canvas: Canvas
    key: tuple[int, int]
    side: int
    bend: float  # sideways shift of the vanishing road, in picture widths

    def rng(self, name: str) -> Generator:
        """Open the random stream of a named part."""
        return stream(self.key, name)

    @property
    def snowy(self) -> bool:
        """Whether snow lies on the ground."""
        facts = self.facts
        bare = facts.season == "winter" and facts.setting in {"sea", "desert"}
        bare = bare or not {"palms", "bare_winter"}.isdisjoint(facts.features)
        return facts.weather == "snow" or (
            facts.setting == "ice" or (facts.season == "winter" and not bare)
        )

    @property
    def wet(self) -> bool:
        """Whether the road shines with rain."""
        return self.facts.weather == "rain"

    @property
    def leaves(self) -> list[Array]:
        """Leaf colours, dark to light, before the light falls on them."""
        season = self.facts.season
        mild = "palms" in self.facts.features or self.facts.setting in {"bamboo", "tea"}
        return rgbs(_LEAVES["summer" if mild and season != "spring" else season])

    @property
    def grass(self) -> list[Array]:
        """Ground colours (dark, light) beside the road."""
        if self.snowy:
            return rgbs("#d5dfea #f4f6f8")
        if self.facts.setting == "desert":
            return rgbs("#c0935a #dcb378")
        season = self.facts.season
        return rgbs(_GRASS["summer" if "palms" in self.facts.features else season])

    @property
    def unit(self) -> float:
        """One hundredth of the height, in pixels."""
        return self.canvas.height / 100

    @property
    def ground_top(self) -> int:
        """The first row that is ground."""
        return int(np.ceil(self.canvas.horizon))

    def shift(self, drop: Array) -> Array:
        """Sideways shift of the road, in pixels, at some pixels below the horizon."""
        knee = 0.035 * self.canvas.height
        return np.asarray(self.bend * self.canvas.width * (knee / (knee + drop)) ** 2, np.float32)

    def spot(self, x: float, y: float, z: float) -> Point:
        """Project a place on or above the road: metres right, up, and ahead."""
        scale = self.scale(z)
        drop = EYE_METRES * scale
        shift = float(self.shift(np.array(drop, np.float32)))
        return 0.5 * self.canvas.width + shift + x * scale, self.canvas.horizon + drop - y * scale

    def scale(self, z: float) -> float:
        """Pixels a metre at a distance."""
        return _LENS * self.canvas.width / z

    def depth(self, drop: Array) -> Array:
        """Metres ahead of ground seen some pixels below the horizon."""
        return np.asarray(EYE_METRES * _LENS * self.canvas.width / np.maximum(drop, 0.5))


def scene_of(prompt: str, width: int, height: int, seed: int) -> Scene:
    """Set up the scene that a prompt and a seed stand for."""
    facts = facts_from_prompt(prompt)
    digest = int.from_bytes(hashlib.sha256(prompt.encode()).digest()[:8], "big")
    key = (seed % 2**63, digest)
    rng = stream(key, "layout")
    side = 1 if rng.random() < 0.5 else -1
    sun_side = side if rng.random() < 0.7 else -side
    return Scene(
        facts=facts,
        light=light_of(facts, sun_side),
        canvas=Canvas(width, height),
        key=key,
        side=side,
        bend=-side * float(rng.uniform(0.02, 0.12)),
    )

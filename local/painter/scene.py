"""A scene being painted: its facts, light, season colours, canvas, and level camera."""

import hashlib
import math
from dataclasses import dataclass, replace

import numpy as np

from local.painter.asked import asked_in
from local.painter.canvas import Canvas, Point
from local.painter.colour import Array, palette, rgbs
from local.painter.facts import SceneFacts, TimeOfDay, facts_from_prompt
from local.painter.light import Light, light_of
from local.painter.noise import Generator, stream

EYE_METRES = 1.3
# Metres ahead of the eye where the middle of the car stands, and the lane with it.
STAND = 8.3
_LENS = 1.6  # focal length in widths of a 4:5 picture

_DIAGONAL = float(np.hypot(1, 1.25))
_ALONG = math.radians(10)


@dataclass(frozen=True)
class Scene:
    """What all painters of parts share. side is +1 where the view opens to the right."""

    facts: SceneFacts
    light: Light
    canvas: Canvas
    key: tuple[int, int]
    side: int
    turn: float  # radians from the view direction to the road, positive to the right
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
        return rgbs(palette("leaves")["summer" if mild and season != "spring" else season])

    @property
    def grass(self) -> list[Array]:
        """Ground colours (dark, light) beside the road."""
        if self.snowy:
            return rgbs("#d5dfea #f4f6f8")
        if self.facts.setting == "desert":
            return rgbs("#c0935a #dcb378")
        season = self.facts.season
        return rgbs(palette("grass")["summer" if "palms" in self.facts.features else season])

    @property
    def unit(self) -> float:
        """One hundredth of a 4:5 picture's height, in pixels."""
        return self.canvas.span / 100

    @property
    def lens(self) -> float:
        """Focal length in pixels: the same share of the diagonal (43 mm on film) in all formats."""
        return _LENS * float(np.hypot(self.canvas.width, self.canvas.height)) / _DIAGONAL

    @property
    def crossing(self) -> bool:
        """Whether the road runs across the view, so that the eye stands beside it."""
        return abs(self.turn) > _ALONG

    @property
    def open_ground(self) -> bool:
        """Whether there is no road, but ground without direction."""
        return self.facts.asked.ground is not None

    @property
    def flank(self) -> int:
        """+1 where the near edge of the car's lane is the right one."""
        return (1 if self.turn > 0 else -1) if self.crossing else self.side

    @property
    def ground_top(self) -> int:
        """The first row that is ground."""
        return int(np.ceil(self.canvas.horizon))

    def shift(self, drop: Array) -> Array:
        """Sideways shift of the road, in pixels, at some pixels below the horizon."""
        knee = 0.035 * self.canvas.height
        return np.asarray(self.bend * self.canvas.width * (knee / (knee + drop)) ** 2, np.float32)

    def spot(self, x: float, y: float, z: float) -> Point:
        """Project a place on or above the road: metres right of its middle, up, and along it."""
        right, ahead = self.placed(x, z)
        return self.seen(right, y, ahead)

    def placed(self, x: float, z: float) -> tuple[float, float]:
        """Turn metres right of the road's middle and along it into metres right and ahead."""
        along, sine, cosine = z - STAND, float(np.sin(self.turn)), float(np.cos(self.turn))
        return x * cosine + along * sine, STAND - x * sine + along * cosine

    def across(self, right: float, ahead: float) -> float:
        """Turn metres right and ahead into metres across the road, positive to the near edge."""
        sine, cosine = float(np.sin(self.turn)), float(np.cos(self.turn))
        return self.flank * (right * cosine - (ahead - STAND) * sine)

    def seen(self, right: float, up: float, ahead: float) -> Point:
        """Project a place given in metres right, up and ahead of the eye's foot."""
        scale = self.scale(max(ahead, 0.3))
        drop = EYE_METRES * scale
        shift = float(self.shift(np.array(drop, np.float32)))
        return (
            0.5 * self.canvas.width + shift + right * scale,
            self.canvas.horizon + drop - up * scale,
        )

    def scale(self, z: float) -> float:
        """Pixels a metre at a distance ahead."""
        return self.lens / z

    def depth(self, drop: Array) -> Array:
        """Metres ahead of ground seen some pixels below the horizon."""
        return np.asarray(EYE_METRES * self.lens / np.maximum(drop, 0.5))


def scene_of(prompt: str, width: int, height: int, seed: int) -> Scene:
    """Set up the scene that a prompt and a seed stand for."""
    facts, words = facts_from_prompt(prompt), asked_in(prompt)[1]
    digest = int.from_bytes(hashlib.sha256(words.encode()).digest()[:8], "big")
    key = (seed % 2**63, digest)
    rng = stream(key, "layout")
    side = 1 if rng.random() < 0.5 else -1
    sun_side = side if rng.random() < 0.7 else -side
    bend = -side * float(rng.uniform(0.02, 0.12))
    if facts.asked.side:
        sun_side = 1 if facts.asked.side == "right" else -1
        # Houses turn their lit faces to the road; trees mostly throw their shade over it.
        facing = facts.setting == "oldtown" or rng.random() < 0.35
        side = sun_side if facing else -sun_side
    if facts.asked.heading is not None or facts.asked.ground:
        bend = 0.0
    facts = _timed(facts, sun_side)
    return Scene(
        facts=facts,
        light=light_of(facts, sun_side, facts.horizon),
        canvas=Canvas(width, height, facts.horizon),
        key=key,
        side=side,
        turn=float(np.radians(facts.heading)),
        bend=bend,
    )


def _timed(facts: SceneFacts, sun_side: int) -> SceneFacts:
    """Return the facts with the hour that the light asked for stands for, and the sun's side."""
    hours: dict[str, TimeOfDay] = {"lamps": "night", "dusk": "dusk"}
    hour = hours.get(facts.asked.light, facts.time_of_day)
    if facts.asked.light in {"low_sun", "high_sun"} and hour == "night":
        hour = "dusk"
    asked = replace(facts.asked, side="right" if sun_side > 0 else "left")
    return replace(facts, time_of_day=hour, asked=asked)

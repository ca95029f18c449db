"""How well the nodes read a plate's light and lines, beside one fixed guess for every plate.

The plates are the local painter's, which paints what it is asked for, in drawn places, seasons,
styles, formats and layouts. Each figure is read twice: without the words of the trip, and with
them, as in a workflow. The fixed guess is the most frequent answer of the plates themselves, which
is more than a fixed light would know. A choice is right when hour and height are the plate's, and
the side too where its sun is hard; `soft` counts a neutral render in place of a sun.
"""

from __future__ import annotations

import random
import statistics
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from comfyui.custom_nodes.trip_poster.choice import choose
from comfyui.custom_nodes.trip_poster.ground import Scene
from comfyui.custom_nodes.trip_poster.plate_light import PlateLight, read_light
from comfyui.custom_nodes.trip_poster.vehicle_files import Vehicle
from local.painter import paint
from local.painter.facts import SceneFacts, facts_from_prompt
from shared.composition import layouts
from shared.core.formats import FORMATS, PIXELS
from shared.jobs.parts import Composition
from shared.prompts.template import template_prompt
from shared.styles import offered_styles
from shared.trips.facts import Season
from shared.workflows.task_workflow import scene_texts
from tools.gallery.scenes import PLACES, trip_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.quality.colour import Bytes

# What the trip says where such a light is asked for: the hours and weathers that go with it.
_LIGHTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "day_left": (("day",), ("clear", "cloudy")),
    "day_right": (("day",), ("clear", "cloudy")),
    "low_left": (("dawn", "dusk"), ("clear", "cloudy")),
    "low_right": (("dawn", "dusk"), ("clear", "cloudy")),
    "overcast": (("day", "dawn"), ("overcast", "rain", "fog")),
    "snow": (("day",), ("snow",)),
    "dusk": (("dusk",), ("clear", "overcast", "rain")),
    "night": (("night",), ("clear", "cloudy", "rain")),
}
_LAMPS = {"dusk", "night"}
_SCALE = 0.6
_HEADINGS = {"front_left": 37.0, "front_right": -37.0, "hero_left": 27.0, "rear_right": -143.0}


class Known(NamedTuple):
    """What the painter was asked for."""

    light: str
    facts: SceneFacts
    scene: Scene
    view: str


@dataclass(frozen=True)
class Reading:
    """One plate as it was read, with the trip's words and without."""

    known: Known
    bare: PlateLight
    told: PlateLight
    chosen: str
    unplanned: str
    seconds: float


def member(light: str, view: str = "") -> Vehicle:
    """Return a render as a set's sidecar states it, without pictures."""
    kind, _, side = light.partition("_")
    azimuth = {"left": 260.0, "right": 100.0}.get(side, 180.0)
    elevation = {"day": 45.0, "low": 10.0}.get(kind, 60.0)
    hours = {"day": "midday", "low": "sunset", "dusk": "dusk", "night": "night"}
    return Vehicle(
        reference=f"car/g1/red/{light}",
        folder=Path(),
        contacts=((0, 9), (1, 9), (1, 8), (0, 8)),
        roof_y=0,
        horizon_y=2,
        light_azimuth_deg=azimuth,
        light_elevation_deg=elevation,
        light_softness=0.05 if kind in {"day", "low"} else 0.9,
        light_cct_k={"low": 3600.0, "dusk": 9000.0, "night": 3200.0, "day": 5600.0}.get(
            kind, 6500.0
        ),
        badge_box=(0, 0, 1, 1),
        sizes=(),
        view=view,
        lit=light,
        heading_deg=_HEADINGS.get(view),
        sun_to_sky={"day": 4.0, "low": 2.0}.get(kind, 0.0),
        lamps=kind in {"dusk", "night"},
        bright_ground=light == "snow",
        time_of_day=hours.get(kind, "midday"),
        weather="overcast" if light in {"overcast", "snow"} else "clear",
    )


def main(count: int, seed: int, keep: Path | None) -> None:
    """Print the table, and keep the plates in a folder."""
    readings = [_read(*each, keep) for each in _plates(count, seed)]
    for line in _table(readings):
        print(line)


def _plates(count: int, seed: int) -> Iterator[tuple[int, Bytes, Known]]:
    rng = random.Random(seed)  # noqa: S311
    for index in range(count):
        light = list(_LIGHTS)[index % len(_LIGHTS)]
        hours, weathers = _LIGHTS[light]
        weather = rng.choice(weathers)
        season = "winter" if weather == "snow" else rng.choice(list(Season)).value
        hour = rng.choice(hours)
        name = rng.choice(list(PLACES))
        view = rng.choice(list(_HEADINGS))
        form = rng.choice(FORMATS)
        fitting = [
            each for each in layouts().values() if view in each.views and form in each.formats
        ]
        layout = rng.choice(fitting)
        looks = [name for name in offered_styles() if name != "night_neon" or light in _LAMPS]
        look = offered_styles()[rng.choice(["photoreal", "photoreal", *looks])]
        facts = trip_facts(name, season, weather, hour)
        told = template_prompt(facts, seed=index).model_copy(update={"landmark": PLACES[name][1]})
        ground = rng.choice(list(layout.grounds))
        plan = Composition(format=form, layout=layout.id, view=view, ground=ground, light=light)
        text, _ = scene_texts(look, facts, told, plan=plan)
        width, height = (round(_SCALE * side) for side in PIXELS[form])
        plate = np.asarray(paint(text, width=width, height=height, seed=rng.randrange(2**31)))
        scene = Scene(season, weather, hour)
        yield index, plate, Known(light, facts_from_prompt(text), scene, view)


def _read(index: int, plate: Bytes, known: Known, keep: Path | None) -> Reading:
    begun = time.process_time()
    told = read_light(plate, known.facts.horizon, known.scene)
    seconds = time.process_time() - begun
    bare = read_light(plate, known.facts.horizon)
    lights = [known.light, *(each for each in _LIGHTS if each != known.light)]
    chosen = choose([member(each) for each in lights], told).vehicle.lit
    # The plan's word counts for the first; named first here is what is right for nobody.
    neutral = ["overcast", *(each for each in _LIGHTS if each != "overcast")]
    unplanned = choose([member(each) for each in neutral], told).vehicle.lit
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        name = f"{index:03d}-{known.light}-{chosen}-{known.view}.png"
        Image.fromarray(plate).save(keep / name, compress_level=1)
    return Reading(known, bare, told, chosen, unplanned, seconds)


def _table(readings: list[Reading]) -> Iterator[str]:
    yield f"{len(readings)} plates of the local painter; shares right"
    yield f"{'':28}{'of':>5}{'fixed':>8}{'picture':>9}{'words':>8}{'sure':>8}{'of':>6}"
    sunny = [each for each in readings if each.known.facts.side]
    yield _line("side of a hard sun", sunny, lambda k: k.facts.side, _side, _side_sure)
    yield _line(
        "a sun that casts shadows", readings, _hard_truth, _hard, lambda p: p.hard.confidence
    )
    lit = [each for each in readings if each.known.light not in {"night", "dusk"}]
    yield _line("low sun", lit, lambda k: k.facts.height == "low", _low, lambda p: p.low.confidence)
    yield _line("night", readings, _night_truth, _night, lambda p: p.night.confidence)
    warm = [each for each in readings if each.known.facts.warmth != "neutral"]
    yield _line("warm or cool", warm, lambda k: k.facts.warmth, _warm, lambda p: p.mired.confidence)
    roads = [each for each in readings if each.known.facts.ground == "road"]
    yield _line(
        "road within 8 degrees", roads, _heading_truth, _heading, lambda p: p.direction.confidence
    )
    opened = [each for each in readings if each.known.facts.ground == "open"]
    calm = sum(each.told.direction.confidence < 0.5 for each in opened)
    yield f"open ground without direction {calm} of {len(opened)}"
    off = [abs(each.told.horizon.value - each.known.facts.horizon) for each in readings]
    sure = [o for o, r in zip(off, readings, strict=True) if r.told.horizon.confidence >= 0.5]
    yield (
        f"horizon: median {100 * statistics.median(off):.1f} % of the height off; where sure "
        f"({len(sure)}) {100 * statistics.median(sure or [0]):.1f} %"
    )
    for name in ("chosen", "unplanned"):
        kinds = Counter(_judged(each.known, getattr(each, name)) for each in readings)
        yield f"{name}: " + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
    yield f"{1000 * statistics.mean(each.seconds for each in readings):.0f} ms of CPU a plate"


def _line(
    title: str,
    readings: list[Reading],
    truth: Callable[[Known], object],
    said: Callable[[PlateLight, Known], object],
    sure: Callable[[PlateLight], float],
) -> str:
    if not readings:
        return f"{title:28}    0"
    truths = [truth(each.known) for each in readings]
    fixed = Counter(truths).most_common(1)[0][1] / len(truths)
    shares = []
    for name in ("bare", "told"):
        right = [
            said(getattr(each, name), each.known) == t
            for each, t in zip(readings, truths, strict=True)
        ]
        shares.append(sum(right) / len(right))
    certain = [ok for ok, each in zip(right, readings, strict=True) if sure(each.told) >= 0.5]
    share = sum(certain) / max(len(certain), 1)
    return (
        f"{title:28}{len(readings):5}{fixed:8.2f}{shares[0]:9.2f}{shares[1]:8.2f}"
        f"{share:8.2f}{len(certain):6}"
    )


def _side(light: PlateLight, _: Known) -> str:
    return "right" if light.side["right"] > light.side["left"] else "left"


def _side_sure(light: PlateLight) -> float:
    return light.side_confidence


def _hard_truth(known: Known) -> bool:
    return known.facts.height != "none"


def _hard(light: PlateLight, _: Known) -> bool:
    return light.hard.value > 0.5


def _low(light: PlateLight, _: Known) -> bool:
    return light.low.value * light.hard.value > 0.5


def _night_truth(known: Known) -> bool:
    return known.light == "night"


def _night(light: PlateLight, _: Known) -> bool:
    return light.night.value > 0.5


def _warm(light: PlateLight, _: Known) -> str:
    return "warm" if light.mired.value > 175 else "cool"


def _heading_truth(known: Known) -> float:
    return round(known.facts.heading)


def _heading(light: PlateLight, known: Known) -> float:
    near = abs(light.direction.value - known.facts.heading) <= 8
    return round(known.facts.heading) if near else 999.0


def _judged(known: Known, lit: str) -> str:
    kind, _, side = known.light.partition("_")
    own, _, own_side = lit.partition("_")
    if own == kind or {own, kind} <= {"overcast", "snow"}:
        return "right" if own_side in ("", side) else "wrong side"
    return "soft" if own == "overcast" else f"{kind} as {own}"

"""How well the nodes read a plate's light and lines, beside one fixed guess for every plate.

The plates are the local painter's, which paints what it is asked for, in drawn places, seasons,
styles, formats and layouts. Each figure is read twice: without the words of the trip, and with
them, as in a workflow. The fixed guess is the most frequent answer of the plates themselves, which
is more than a fixed light would know. A choice is right when hour and height are the plate's, and
the side too where its sun is hard; `soft` counts a neutral render in place of a sun.
"""

import random
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

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
from shared.quality.colour import Bytes
from shared.styles import offered_styles
from shared.trips.facts import Season
from shared.workflows.task_workflow import scene_texts
from tools.bench.own_process import timed
from tools.gallery.scenes import PLACES, trip_facts

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
_VIEWS = ("front_left", "front_right", "hero_left", "rear_right")
# Elevation, softness, CCT, sun to sky and hour of a render.
_CLOUDY = (60.0, 0.9, 6500.0, 0.0, "midday")
_KINDS = {
    "day": (45.0, 0.05, 5600.0, 4.0, "midday"),
    "low": (10.0, 0.05, 3600.0, 2.0, "sunset"),
    "dusk": (60.0, 0.9, 9000.0, 0.0, "dusk"),
    "night": (60.0, 0.9, 3200.0, 0.0, "night"),
}


class Known(NamedTuple):
    """What the painter was asked for."""

    light: str
    facts: SceneFacts
    scene: Scene
    view: str


Truth = Callable[[Known], object]
Said = Callable[[PlateLight, Known], object]


@dataclass(frozen=True)
class Reading:
    """One plate as it was read, with the trip's words and without."""

    known: Known
    bare: PlateLight
    told: PlateLight
    chosen: str
    unplanned: str
    seconds: float


def member(light: str) -> Vehicle:
    """Return a render as a set's sidecar states it, without pictures."""
    kind, _, side = light.partition("_")
    elevation, softness, cct, sun_to_sky, hour = _KINDS.get(kind, _CLOUDY)
    return Vehicle(
        reference=f"car/g1/red/{light}",
        folder=Path(),
        contacts=((0, 9), (1, 9), (1, 8), (0, 8)),
        roof_y=0,
        horizon_y=2,
        light_azimuth_deg={"left": 260.0, "right": 100.0}.get(side, 180.0),
        light_elevation_deg=elevation,
        light_softness=softness,
        light_cct_k=cct,
        badge_box=(0, 0, 1, 1),
        sizes=(),
        lit=light,
        sun_to_sky=sun_to_sky,
        lamps=light in _LAMPS,
        bright_ground=light == "snow",
        time_of_day=hour,
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
        view = rng.choice(_VIEWS)
        form = rng.choice(FORMATS)
        every = layouts().values()
        layout = rng.choice([each for each in every if view in each.views and form in each.formats])
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
    told, seconds = timed(partial(read_light, plate, known.facts.horizon, known.scene))
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
    yield from (_line(readings, *question) for question in _QUESTIONS)
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


def _heading(light: PlateLight, known: Known) -> float:
    near = abs(light.direction.value - known.facts.heading) <= 8
    return round(known.facts.heading) if near else 999.0


# Of which plates it is asked, what is true there, what a reading says, and how sure it is.
_QUESTIONS: tuple[tuple[str, Truth, Truth, Said, Callable[[PlateLight], float]], ...] = (
    ("side of a hard sun", lambda k: k.facts.side, lambda k: k.facts.side,
     lambda p, _: "right" if p.side["right"] > p.side["left"] else "left",
     lambda p: p.side_confidence),
    ("a sun that casts shadows", lambda _: True, lambda k: k.facts.height != "none",
     lambda p, _: p.hard.value > 0.5, lambda p: p.hard.confidence),
    ("low sun", lambda k: k.light not in _LAMPS, lambda k: k.facts.height == "low",
     lambda p, _: p.low.value * p.hard.value > 0.5, lambda p: p.low.confidence),
    ("night", lambda _: True, lambda k: k.light == "night",
     lambda p, _: p.night.value > 0.5, lambda p: p.night.confidence),
    ("warm or cool", lambda k: k.facts.warmth != "neutral", lambda k: k.facts.warmth,
     lambda p, _: "warm" if p.mired.value > 175 else "cool", lambda p: p.mired.confidence),
    ("road within 8 degrees", lambda k: k.facts.ground == "road", lambda k: round(k.facts.heading),
     _heading, lambda p: p.direction.confidence),
)  # fmt: skip


def _line(
    readings: list[Reading],
    title: str,
    asked: Truth,
    truth: Truth,
    said: Said,
    sure: Callable[[PlateLight], float],
) -> str:
    readings = [each for each in readings if asked(each.known)]
    if not readings:
        return f"{title:28}    0"
    truths = [truth(each.known) for each in readings]
    fixed = Counter(truths).most_common(1)[0][1] / len(truths)
    shares = []
    for name in ("bare", "told"):
        pairs = zip(readings, truths, strict=True)
        right = [said(getattr(each, name), each.known) == t for each, t in pairs]
        shares.append(sum(right) / len(right))
    certain = [ok for ok, each in zip(right, readings, strict=True) if sure(each.told) >= 0.5]
    share = sum(certain) / max(len(certain), 1)
    return (
        f"{title:28}{len(readings):5}{fixed:8.2f}{shares[0]:9.2f}{shares[1]:8.2f}"
        f"{share:8.2f}{len(certain):6}"
    )


def _judged(known: Known, lit: str) -> str:
    kind, _, side = known.light.partition("_")
    own, _, own_side = lit.partition("_")
    if own == kind or {own, kind} <= {"overcast", "snow"}:
        return "right" if own_side in ("", side) else "wrong side"
    return "soft" if own == "overcast" else f"{kind} as {own}"

"""Posters drawn at random from a seed, composed as the product composes a driver's trips.

Styles, seasons, hours, paints and formats are dealt like cards, so that each comes up about equally
often; three posters in a row are trips of one driver.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TypeVar, get_args

from local.mount import BundledVehicles
from local.painter import paint, png_of
from shared.composition.planning import Wish, composed
from shared.composition.sun import sun_at
from shared.core.formats import Format
from shared.jobs.record import Composition
from shared.prompts.model import PaintingPrompt
from shared.prompts.template import template_prompt
from shared.quality.remedies import beyond_repaint
from shared.styles import offered_styles, style
from shared.trips.facts import Season, TimeOfDay, TripFacts
from shared.trips.weather import Weather
from shared.vehicles.bundle import bundled, bundled_catalogue
from shared.vehicles.catalogue import VehicleEntry
from shared.workflows.task_workflow import bind_task, scene_texts
from tools.gallery.making import Picture, Studio
from tools.gallery.scenes import PLACES, GalleryScene, trip_facts

_T = TypeVar("_T")
_VEHICLES = Path(__file__).parents[2] / "comfyui" / "vehicles"
_CHINA = timezone(timedelta(hours=8))
_HOURS = {
    TimeOfDay.DAWN: (6, 40),
    TimeOfDay.DAY: (11, 0),
    TimeOfDay.DUSK: (18, 20),
    TimeOfDay.NIGHT: (21, 30),
}
_TRIPS_OF_A_DRIVER = 3
_ATTEMPTS = 3


@dataclass(frozen=True)
class DrawnWork:
    """One trip, its plan and its look; can be sent to another process."""

    name: str
    style: str
    facts: TripFacts
    told: PaintingPrompt
    plan: Composition
    seed: int

    @property
    def vehicles(self) -> Sequence[str]:
        """The render that the plan names first: one poster is made."""
        return self.plan.members[:1]

    def made(self, studio: Studio) -> list[Picture]:
        """Paint as asked and let the workflow choose the render; a bad plate is painted anew."""
        BundledVehicles(studio.mount).supply(" ".join(self.plan.members))
        for attempt in range(1, _ATTEMPTS + 1):
            picture = self._tried(studio, self.seed + attempt)
            if not picture.failures or beyond_repaint(picture.failures):
                break
        return [replace(picture, attempts=attempt)]

    def _tried(self, studio: Studio, seed: int) -> Picture:
        vehicle, facts = self.plan.members[0], self.facts
        body = bind_task(
            style(self.style),
            facts,
            self.told,
            task_id=self.name,
            vehicle=vehicle,
            plate=f"{self.name}/plate.png",
            seed=seed,
            plan=self.plan,
        )
        scene = GalleryScene(
            name=self.name,
            season=facts.season.value,
            weather=facts.weather.value,
            time_of_day=facts.time_of_day.value,
            prompt="",
            title=self.told.title,
            line="",
            style=self.style,
        )
        return studio.make(scene, self._plate(seed), vehicle, body, self.plan)

    def _plate(self, seed: int) -> bytes:
        look = style(self.style)
        wanted, _ = scene_texts(look, self.facts, self.told, plan=self.plan)
        width, height = look.size(self.plan.format)
        return png_of(paint(wanted, width=width, height=height, seed=seed))


def drawn_works(count: int, seed: int) -> Iterator[DrawnWork]:
    """Yield that many works; the same seed draws the same ones."""
    rng = random.Random(f"sheet {seed}")  # noqa: S311  (nothing secret is drawn)
    catalogue = bundled_catalogue(bundled(_VEHICLES))
    cars = sorted({each.name for each in catalogue.vehicles})
    hands = zip(
        _dealt(sorted(offered_styles()), count, rng),
        _dealt(list(Season), count, rng),
        _dealt(list(TimeOfDay), count, rng),
        _dealt(cars, count, rng),
        _dealt(list(get_args(Format)), count, rng),
        _dealt(list(PLACES), count, rng),
        strict=True,
    )
    recent: list[Composition] = []
    for at, (look, season, hour, car, form, place) in enumerate(hands):
        if at % _TRIPS_OF_A_DRIVER == 0:
            recent = []
        weather = rng.choice([each for each in Weather if _goes(each, season)])
        trip = trip_facts(place, season.value, weather.value, hour.value)
        renders = catalogue.members(*car)
        work = _work(at, look, trip, place, form, renders, recent, seed=seed * 1000 + at)
        recent.insert(0, work.plan)
        yield work


def _work(
    at: int,
    look_id: str,
    trip: TripFacts,
    place: str,
    form: Format,
    renders: Sequence[VehicleEntry],
    recent: Sequence[Composition],
    *,
    seed: int,
) -> DrawnWork:
    look = style(look_id)
    facts = look.shown(trip)
    hour, minute = _HOURS[facts.time_of_day]
    moment = datetime(2026, facts.month, 15, hour, minute, tzinfo=_CHINA)
    wish = Wish(
        seed=seed,
        format=form,
        facts=facts,
        elevation=sun_at(moment, facts.destination_city),
        lamps=TimeOfDay.DAY in look.hours,
    )
    words = (look_id, place, facts.season, facts.weather, facts.time_of_day)
    name = "-".join([f"{at:02}", *(str(getattr(each, "value", each)) for each in words)])
    sight = PLACES[place][1]
    told = template_prompt(facts, seed=seed).model_copy(
        update={"landmark": sight, "title": f"{sight}·在路上"}
    )
    plan = composed(wish, renders, recent)
    return DrawnWork(name.replace("_", "-"), look_id, facts, told, plan, seed)


def _goes(weather: Weather, season: Season) -> bool:
    """Say whether such weather is painted in that season."""
    if weather is Weather.SNOW:
        return season is Season.WINTER
    return weather is not Weather.SAND or season is Season.SPRING


def _dealt(cards: Sequence[_T], count: int, rng: random.Random) -> list[_T]:
    """Return `count` cards; every pack is dealt out before the next is shuffled."""
    found: list[_T] = []
    while len(found) < count:
        pack = list(cards)
        rng.shuffle(pack)
        found += pack
    return found[:count]

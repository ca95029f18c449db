"""One trip in each style and season: the same car, view and place, so that only those differ."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from shared.composition.planning import Wish, composed
from shared.composition.sun import sun_at
from shared.jobs.record import Composition
from shared.prompts.template import template_prompt
from shared.styles import Style
from shared.trips.facts import Season, TimeOfDay, TripFacts
from shared.trips.weather import Weather
from shared.vehicles.bundle import bundled, bundled_catalogue
from shared.vehicles.catalogue import VehicleEntry
from tools.gallery.drawn import DrawnWork

_VEHICLES = Path(__file__).parents[2] / "comfyui" / "vehicles"
_CHINA = timezone(timedelta(hours=8))
_MONTHS = {Season.SPRING: 4, Season.SUMMER: 7, Season.AUTUMN: 10, Season.WINTER: 1}
_HOURS = {TimeOfDay.DAY: 14, TimeOfDay.DUSK: 18}


def sample_works(
    facts: TripFacts, car: tuple[str, str, str], styles: Sequence[Style], *, seed: int
) -> Iterator[DrawnWork]:
    """Yield a work for each style and season, called `{style}-{season}`.

    `car` is (model, generation, paint). Spring to autumn are clear, winter has snow.
    """
    renders = bundled_catalogue(bundled(_VEHICLES)).members(*car)
    for look in styles:
        for season in Season:
            yield _work(look, _in_season(facts, season), renders, seed=seed)


def _in_season(facts: TripFacts, season: Season) -> TripFacts:
    weather = Weather.SNOW if season is Season.WINTER else Weather.CLEAR
    return replace(
        facts,
        season=season,
        month=_MONTHS[season],
        weather=weather,
        time_of_day=TimeOfDay.DAY,
    )


def _work(look: Style, trip: TripFacts, renders: Sequence[VehicleEntry], *, seed: int) -> DrawnWork:
    facts = look.shown(trip)
    moment = datetime(2026, facts.month, 15, _HOURS[facts.time_of_day], tzinfo=_CHINA)
    wish = Wish(
        seed=seed,
        format="4:5",
        facts=facts,
        elevation=sun_at(moment, facts.destination_city),
        lamps=TimeOfDay.DAY in look.hours,
    )
    told = template_prompt(facts, seed=seed)
    plan: Composition = composed(wish, renders)
    name = f"{look.id}-{facts.season.value}".replace("_", "-")
    return DrawnWork(name, look.id, facts, told, plan, seed)

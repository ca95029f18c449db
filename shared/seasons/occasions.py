"""How a trip looks on its season's poster: the same place and story, another season and light."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.jobs.facts import facts_of_job
from shared.jobs.record import JobRecord, Occasion
from shared.prompts.landmarks import climate_of
from shared.prompts.template import choice
from shared.trips.facts import Season
from shared.trips.weather import Weather

if TYPE_CHECKING:
    from shared.seasons.calendar import Calendar, Window


def city_of_poster(record: JobRecord) -> str:
    """Return the city that a poster shows."""
    return record.prompt.prompt.city if record.prompt else facts_of_job(record).destination_city


def occasion_of(source: JobRecord, window: Window, calendar: Calendar, *, seed: str) -> Occasion:
    """Return what the source's trip is painted for; the seed alone decides among skies and lights.

    A region's own list of skies has no snow where none falls.
    """
    region = calendar.region_of(city_of_poster(source))
    due = calendar.onset(window, region)
    place = _place(source)
    if window.occasion in calendar.festivals:
        festival = calendar.festivals[window.occasion]
        season = festival.season or calendar.season_at(region, window.day)
        return Occasion(
            season=season,
            weather=choice(festival.weathers or _dry(calendar, region, season), seed, "weather"),
            time_of_day=choice(festival.lights, seed, "light"),
            month=window.day.month,
            variant=window.occasion,
            words_zh=festival.words.zh,
            words_en=festival.words.en,
            signs=festival.signs,
            palette=festival.palette,
            **place,
        )
    entry = calendar.seasons[Season(window.occasion)]
    weathers = calendar.regions[region].weathers[Season(window.occasion)]
    return Occasion(
        season=Season(window.occasion),
        weather=choice(weathers, seed, "weather"),
        time_of_day=choice(entry.lights, seed, "light"),
        month=max(due, window.day).month,
        palette=entry.palettes[climate_of(place["city"])],
        **place,
    )


def _place(source: JobRecord) -> dict[str, str]:
    if source.prompt is None:
        return {"city": city_of_poster(source), "sight": "", "title": ""}
    prompt = source.prompt.prompt
    return {"city": prompt.city, "sight": prompt.landmark, "title": prompt.title}


def _dry(calendar: Calendar, region: str, season: Season) -> tuple[Weather, ...]:
    """Return a region's skies under which festive things are seen."""
    found = calendar.regions[region].weathers[season]
    return tuple(each for each in found if each not in {Weather.RAIN, Weather.FOG}) or found

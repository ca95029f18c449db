"""One trip with its facts and prompt, the same on every machine."""

from __future__ import annotations

from shared.prompts.model import PaintingPrompt
from shared.prompts.template import template_prompt
from shared.trips.facts import Season, TimeOfDay, TripFacts
from shared.trips.mood import Mood
from shared.trips.weather import Weather

JOB = "j" + "abcdefghijklmnopqrstuvwxyz23456"


def a_trip() -> tuple[TripFacts, PaintingPrompt]:
    """Return facts and template prompt of a rainy May evening by a lake."""
    facts = TripFacts(
        cities=("湖州市",),
        destination_city="湖州市",
        season=Season.SPRING,
        weather=Weather.RAIN,
        time_of_day=TimeOfDay.DUSK,
        mood=Mood.JOYFUL,
        month=5,
        distance_km=162.0,
        driving_hours=2.6,
    )
    return facts, template_prompt(facts, seed=7)

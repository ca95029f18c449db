"""What the picture of a job needs to know: the trip's facts, those of its occasion before them."""

from __future__ import annotations

from dataclasses import replace

from shared.jobs.record import JobRecord
from shared.trips.facts import TripFacts, facts_of


def facts_of_job(record: JobRecord) -> TripFacts:
    """Return the facts to paint by: place and mood are the trip's, season and light may not be."""
    facts, occasion = facts_of(record.trip), record.occasion
    if occasion is None:
        return facts
    return replace(
        facts,
        cities=(occasion.city,) if occasion.city else facts.cities,
        season=occasion.season,
        weather=occasion.weather or facts.weather,
        time_of_day=occasion.time_of_day or facts.time_of_day,
        month=occasion.month,
        occasion=occasion,
    )

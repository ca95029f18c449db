"""Facts of a trip to begin a test with: an evening in May at the last of some cities."""

from __future__ import annotations

from shared.trips.facts import Season, TimeOfDay, TripFacts
from shared.trips.mood import Mood
from shared.trips.weather import Weather


def trip_facts(
    *cities: str,
    season: Season = Season.SPRING,
    weather: Weather = Weather.CLOUDY,
    time: TimeOfDay = TimeOfDay.DUSK,
    mood: Mood = Mood.JOYFUL,
    month: int = 5,
) -> TripFacts:
    """Return facts of a short trip."""
    return TripFacts(
        cities=cities,
        destination_city=cities[-1],
        season=season,
        weather=weather,
        time_of_day=time,
        mood=mood,
        month=month,
        distance_km=1.0,
        driving_hours=1.0,
    )

"""The painting prompt, as the text model answers it and the job records it."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

from pydantic import Field

from shared.core.models import Stored
from shared.trips.facts import Season, TimeOfDay
from shared.trips.mood import Mood
from shared.trips.weather import Weather

Name = Annotated[str, Field(min_length=1, max_length=20)]


class PromptSource(str, Enum):
    """Who wrote a prompt."""

    MODEL = "model"
    MODEL_WITHOUT_CAPTION = "model_without_caption"
    TEMPLATE = "template"


class PaintingPrompt(Stored):
    """One sight of one city of the trip, its light and tone, and the poster's title."""

    city: Name
    landmark: Name
    season: Season
    weather: Weather
    time_of_day: TimeOfDay
    mood: Mood
    palette: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=6)], ...],
        Field(min_length=2, max_length=5),
    ]
    prompt: Annotated[str, Field(min_length=40, max_length=500)]
    title: Annotated[str, Field(min_length=2, max_length=12)]

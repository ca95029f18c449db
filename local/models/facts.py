"""The trip facts as the stand-in model reads them out of a user message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.cloud.dashscope.answers import ChatMessage


class Occasion(BaseModel):
    """What a trip's next poster is painted for."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    words: str = ""
    palette: tuple[str, ...] = ()
    title: str = ""


class TripFacts(BaseModel):
    """What a trip says; keys the writer has no use for are passed over, as a model would."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    cities: tuple[str, ...] = Field(min_length=1)
    landmarks: dict[str, tuple[str, ...]] = {}
    season: str
    weather: str
    time_of_day: str
    mood: str = "joyful"
    caption: str | None = None
    occasion: Occasion | None = None


def find_facts(messages: Sequence[ChatMessage]) -> TripFacts | None:
    """Return the facts of the latest user message that is a facts object."""
    for message in reversed(messages):
        if message.role == "user":
            try:
                return TripFacts.model_validate_json(message.content)
            except ValidationError:
                continue
    return None

"""The trip facts as the stand-in model reads them out of a user message."""

from collections.abc import Sequence

from pydantic import Field, ValidationError

from local.cloud.dashscope.answers import ChatMessage, Read


class Occasion(Read):
    """What a trip's next poster is painted for."""

    words: str = ""
    palette: tuple[str, ...] = ()
    title: str = ""


class TripFacts(Read):
    """What a trip says; keys the writer has no use for are passed over, as a model would."""

    cities: tuple[str, ...] = Field(min_length=1)
    landmarks: dict[str, tuple[str, ...]] = Field(default_factory=dict)
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

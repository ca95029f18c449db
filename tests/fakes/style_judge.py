"""A model that looks at pictures and says what it was told to say."""

from __future__ import annotations

import json
from dataclasses import dataclass

from shared.ports import ModelAnswer


@dataclass(frozen=True)
class Look:
    """What the model was shown and asked."""

    picture: bytes
    question: str
    deadline_seconds: float


def marks(*, season: int = 9, weather: int = 9, time_of_day: int = 9, style: int = 9) -> str:
    """Return an answer with these marks."""
    given = {"season": season, "weather": weather, "time_of_day": time_of_day, "style": style}
    return json.dumps(given)


class FakeStyleJudge:
    """`ports.StyleJudge`; the last scripted answer is given for ever."""

    def __init__(self, *answers: str | Exception, model: str = "fake-judge") -> None:
        self._answers = answers or (marks(),)
        self._model = model
        self.looks: list[Look] = []

    def look(self, picture: bytes, question: str, *, deadline_seconds: float) -> ModelAnswer:
        """Answer with the next scripted text, or raise the next scripted error."""
        self.looks.append(Look(picture, question, deadline_seconds))
        scripted = self._answers[min(len(self.looks), len(self._answers)) - 1]
        if isinstance(scripted, Exception):
            raise scripted
        request_id = f"look-{len(self.looks)}"
        return ModelAnswer(scripted, model=self._model, request_id=request_id, tokens=len(scripted))

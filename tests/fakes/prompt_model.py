"""A text model that says what it was told to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.ports import ModelAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shared.ports import ChatMessage

    Scripted = str | Exception | Callable[[Sequence[ChatMessage]], str]


@dataclass(frozen=True)
class PromptCall:
    """What the model was asked."""

    messages: tuple[ChatMessage, ...]
    seed: int
    deadline_seconds: float


class FakePromptModel:
    """`ports.PromptModel`; the last scripted answer is given for ever."""

    def __init__(self, *answers: Scripted, model: str = "fake-text-model") -> None:
        self._answers = list(answers) or ["{}"]
        self._model = model
        self.calls: list[PromptCall] = []

    def complete(
        self, messages: Sequence[ChatMessage], *, seed: int, deadline_seconds: float
    ) -> ModelAnswer:
        """Answer with the next scripted text, or raise the next scripted error."""
        self.calls.append(PromptCall(tuple(messages), seed, deadline_seconds))
        scripted = self._answers[min(len(self.calls), len(self._answers)) - 1]
        if isinstance(scripted, Exception):
            raise scripted
        text = scripted if isinstance(scripted, str) else scripted(messages)
        request_id = f"request-{len(self.calls)}"
        return ModelAnswer(text, model=self._model, request_id=request_id, tokens=len(text))

"""An ordered list of models: the first that the service offers is used.

What is passed over has a circuit like any other service, `model.USE.NAME`: all instances see it,
and after its rest one caller a rest asks again. While none is left the first is asked sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from shared.core.errors import ModelGoneError, NoModelLeftError
from shared.jobs.circuits import Circuits
from shared.models.catalogue import ModelsFileError, Use
from shared.observability import log
from shared.ports import ChatMessage, Clock, ModelAnswer, PromptModel, StyleJudge

_PREFIX = "model."
# Asking a model that is gone costs one refused call; one whose quota shrinks would take turns.
_REST_SECONDS = {"gone": 3600.0, "shrinking": 86_400.0}
# With none left a refused call costs nothing that would be done otherwise; jobs wait for an answer.
_NONE_LEFT_SECONDS = 120.0
_M = TypeVar("_M")


def service_of(use: Use, name: str) -> str:
    """Return the name of a model's circuit."""
    return f"{_PREFIX}{use}.{name}"


def is_models(service: str) -> bool:
    """Say whether a circuit is a model's."""
    return service.startswith(_PREFIX)


class ModelList(Generic[_M]):
    """Models of one use in the order of the settings; those behind the first are made if needed."""

    def __init__(
        self, use: Use, names: Sequence[str], make: Callable[[str], _M], *, circuits: Circuits
    ) -> None:
        self._use: Use = use
        self._names = tuple(names)
        self._make = make
        self._made: dict[str, _M] = {}
        self._circuits = circuits
        # The vendor's SDK is loaded before there is anything to do within a time.
        self.of(self._names[0])

    def of(self, name: str) -> _M:
        """Return the model of this name, in the list or, for what it ordered, not any more.

        Of one that nothing is known of any more any other can ask for what it was ordered.
        """
        if name not in self._made:
            try:
                self._made[name] = self._make(name)
            except ModelsFileError:
                return self._made[self._names[0]]
        return self._made[name]

    def offered(self) -> str:
        """Return the first name that is not passed over; NoModelLeftError for none.

        With none left one caller every two minutes is given the first all the same.
        """
        for name in self._names:
            if self._circuits.offers(service_of(self._use, name)):
                return name
        first = service_of(self._use, self._names[0])
        if self._circuits.may_disturb(first, every_seconds=_NONE_LEFT_SECONDS):
            return self._names[0]
        log.logger().error("model.none_left", use=self._use, names=list(self._names))
        msg = f"none of {', '.join(self._names)} is offered"
        raise NoModelLeftError(msg)

    def pass_over(self, name: str, reason: str) -> None:
        """Remember that the service does not offer this model; the operator is told once."""
        service = service_of(self._use, name)
        if self._circuits.set_aside(service, reason, seconds=_REST_SECONDS[reason]):
            log.logger().error("model.passed_over", use=self._use, model=name, reason=reason)

    def worked(self, name: str) -> None:
        """Forget that the model was passed over, if it was."""
        self._circuits.worked(service_of(self._use, name))

    def ask(self, call: Callable[[_M], ModelAnswer]) -> ModelAnswer:
        """Return what the first model says that is offered; for calls that cost no more twice."""
        for _ in self._names:
            name = self.offered()
            try:
                answer = call(self.of(name))
            except ModelGoneError as error:
                self.pass_over(name, error.reason)
                continue
            self.worked(name)
            return answer
        msg = "every model was passed over"
        raise NoModelLeftError(msg)


class _Asked(Generic[_M]):
    """A list of models that are asked within a time: all tries together keep to the deadline."""

    def __init__(self, models: ModelList[_M], *, clock: Clock) -> None:
        self._models = models
        self._clock = clock

    def _ask(self, call: Callable[[_M, float], ModelAnswer], seconds: float) -> ModelAnswer:
        """Return the answer of the first that is offered; `call` is told the seconds left."""
        end = self._clock.monotonic() + seconds
        return self._models.ask(lambda model: call(model, max(end - self._clock.monotonic(), 0.0)))


class PromptModels(_Asked[PromptModel]):
    """`ports.PromptModel` over a list of them."""

    def complete(
        self, messages: Sequence[ChatMessage], *, seed: int, deadline_seconds: float
    ) -> ModelAnswer:
        """Answer with JSON text, by the first model that is offered."""
        return self._ask(
            lambda model, left: model.complete(messages, seed=seed, deadline_seconds=left),
            deadline_seconds,
        )


class StyleJudges(_Asked[StyleJudge]):
    """`ports.StyleJudge` over a list of them."""

    def look(self, picture: bytes, question: str, *, deadline_seconds: float) -> ModelAnswer:
        """Answer a question about a JPEG with JSON text, by the first model that is offered."""
        return self._ask(
            lambda model, left: model.look(picture, question, deadline_seconds=left),
            deadline_seconds,
        )

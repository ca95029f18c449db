"""Run one handler in a thread of its own, for no longer than its timeout."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from local.cloud.fc.context import ContextFactory
from local.cloud.fc.runtime import Handler, answered, error_body
from local.cloud.fc.spec import FunctionSpec

HandlerLoader = Callable[[FunctionSpec], Handler]

UNHANDLED = "UnhandledInvocationError"


@runtime_checkable
class Endable(Protocol):
    """A handler that runs elsewhere, and can be ended there."""

    def end(self) -> None:
        """End it, whatever it does."""
        ...


@dataclass(frozen=True)
class InvocationResult:
    """What FC's API answers: status 200, and an error type where the function failed."""

    status: int
    body: bytes
    error_type: str | None
    request_id: str
    ms: int = 0
    timed_out: bool = False


class Runner:
    """Run handlers as FC's Python runtime does."""

    def __init__(self, load: HandlerLoader, contexts: ContextFactory) -> None:
        self._load = load
        self._contexts = contexts

    def run(self, function: FunctionSpec, event: bytes, request_id: str) -> InvocationResult:
        """Run the function once; whatever it does, a result comes back within its timeout."""
        answers: list[tuple[bytes, bool]] = []
        loaded: list[Handler] = []
        context = self._contexts(function, request_id)

        def find() -> Handler:
            loaded.append(self._load(function))
            return loaded[0]

        thread = threading.Thread(
            target=lambda: answers.append(answered(find, event, context)),
            name=f"fc-{function.name}",
            daemon=True,
        )
        started = time.monotonic()
        thread.start()
        thread.join(function.timeout_s)
        ms = round((time.monotonic() - started) * 1000)
        if not answers:
            # FC kills the instance at this point. A thread of this process cannot be killed: it is
            # left behind, and whatever it still returns is ignored.
            for handler in loaded:
                if isinstance(handler, Endable):
                    handler.end()
            body = error_body(f"Function timed out after {function.timeout_s:g} seconds")
            return InvocationResult(200, body, UNHANDLED, request_id, ms, timed_out=True)
        body, well = answers[0]
        return InvocationResult(200, body, None if well else UNHANDLED, request_id, ms)

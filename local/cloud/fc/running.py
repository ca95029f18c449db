"""Run one handler in a thread of its own, for no longer than its timeout."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from local.cloud.fc.context import ContextFactory
from local.cloud.fc.runtime import Handler, answered, error_body
from local.cloud.fc.spec import FunctionSpec

HandlerLoader = Callable[[FunctionSpec], Handler]

UNHANDLED = "UnhandledInvocationError"


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
        context = self._contexts(function, request_id)
        thread = threading.Thread(
            target=lambda: answers.append(answered(lambda: self._load(function), event, context)),
            name=f"fc-{function.name}",
            daemon=True,
        )
        started = time.monotonic()
        thread.start()
        # FC kills the instance at this point; a thread cannot be killed, so it is left behind
        # and whatever it still returns is ignored.
        thread.join(function.timeout_s)
        ms = round((time.monotonic() - started) * 1000)
        if not answers:
            body = error_body(f"Function timed out after {function.timeout_s:g} seconds")
            return InvocationResult(200, body, UNHANDLED, request_id, ms, timed_out=True)
        body, well = answers[0]
        return InvocationResult(200, body, None if well else UNHANDLED, request_id, ms)

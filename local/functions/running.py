"""Run one handler in a thread of its own, for no longer than its timeout."""

from __future__ import annotations

import json
import threading
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.functions.handlers import HandlerLoadError

if TYPE_CHECKING:
    from local.functions.context import Contexts
    from local.functions.handlers import Handler, HandlerLoader
    from local.functions.spec import FunctionSpec

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

    def __init__(self, load: HandlerLoader, contexts: Contexts) -> None:
        self._load = load
        self._contexts = contexts

    def run(self, function: FunctionSpec, event: bytes, request_id: str) -> InvocationResult:
        """Run the function once; whatever it does, a result comes back within its timeout."""
        answers: list[tuple[bytes, str | None]] = []
        thread = threading.Thread(
            target=lambda: answers.append(self._call(function, event, request_id)),
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
            body = _error_body(f"Function timed out after {function.timeout_s:g} seconds", "", [])
            return InvocationResult(200, body, UNHANDLED, request_id, ms, timed_out=True)
        body, error_type = answers[0]
        return InvocationResult(200, body, error_type, request_id, ms)

    def _call(
        self, function: FunctionSpec, event: bytes, request_id: str
    ) -> tuple[bytes, str | None]:
        try:
            handler = self._load(function.handler)
            return _returned(handler, event, self._contexts(function, request_id)), None
        except HandlerLoadError as error:
            cause = error.__cause__ or error
            return _error_body(str(error), error.error_type, _stack(cause)), UNHANDLED
        except BaseException as error:  # noqa: BLE001 - the platform survives whatever a handler raises
            return _error_body(str(error), type(error).__name__, _stack(error)), UNHANDLED


def _returned(handler: Handler, event: bytes, context: object) -> bytes:
    value = handler(event, context)
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


def _stack(error: BaseException) -> list[list[str]]:
    return [
        [f'File "{frame.filename}"', f"line {frame.lineno}", f"in {frame.name}", frame.line or ""]
        for frame in traceback.extract_tb(error.__traceback__)
    ]


def _error_body(message: str, error_type: str, stack: list[list[str]]) -> bytes:
    body: dict[str, object] = {"errorMessage": message}
    if error_type:
        body |= {"errorType": error_type, "stackTrace": stack}
    return json.dumps(body, ensure_ascii=False).encode()

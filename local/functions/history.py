"""The log of invocations: one JSON line each, for tests and for looking back."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from local.functions.event_files import AsyncEvent
    from local.functions.running import InvocationResult

OK = "ok"


@dataclass(frozen=True)
class Invocation:
    """One run of a function, or an event that ended without one.

    `outcome` is "ok", "FunctionError", "TimedOut", "EventExpired" or "DestinationRefused";
    `error` says more. `started` is ISO time, `ms` the run's duration, `attempt` counts from 1.
    """

    function: str
    request_id: str
    task_id: str | None
    kind: str
    attempt: int
    duplicate: bool
    started: str
    ms: int
    outcome: str
    error: str | None = None


class History:
    """An append-only JSONL file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def add_run(
        self,
        event: AsyncEvent,
        kind: str,
        started: datetime,
        result: InvocationResult,
        *,
        duplicate: bool = False,
    ) -> None:
        """Record a run that has ended, well or badly."""
        outcome, error = OK, None
        if result.error_type is not None:
            outcome = "TimedOut" if result.timed_out else "FunctionError"
            error = result.body.decode()
        self._add(_invocation(event, kind, started, outcome, error, result.ms, duplicate=duplicate))

    def add_end(self, event: AsyncEvent, at: datetime, outcome: str, error: str) -> None:
        """Record that an event ended without being run."""
        self._add(_invocation(event, "async", at, outcome, error, 0, duplicate=False))

    def _add(self, invocation: Invocation) -> None:
        line = json.dumps(asdict(invocation), ensure_ascii=False)
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def read(self) -> tuple[Invocation, ...]:
        """Return all invocations, oldest first, those of earlier processes too."""
        with self._lock:
            if not self._path.exists():
                return ()
            lines = self._path.read_text("utf-8").splitlines()
        return tuple(Invocation(**json.loads(line)) for line in lines)


def _invocation(
    event: AsyncEvent,
    kind: str,
    started: datetime,
    outcome: str,
    error: str | None,
    ms: int,
    *,
    duplicate: bool,
) -> Invocation:
    return Invocation(
        function=event.function,
        request_id=event.request_id,
        task_id=event.task_id,
        kind=kind,
        attempt=event.attempts + 1,
        duplicate=duplicate,
        started=started.isoformat(),
        ms=ms,
        outcome=outcome,
        error=error,
    )

"""The log of invocations: one JSON line each, for tests and for looking back."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from local.cloud.fc.event_files import AsyncEvent
from local.cloud.fc.refusals import RefusedError
from local.cloud.fc.running import InvocationResult

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
        about = {"kind": kind, "ms": result.ms, "duplicate": duplicate}
        self._add(event, started, outcome, error, **about)

    def add_request(self, event: AsyncEvent, ms: int, wrong: RefusedError | None) -> None:
        """Record an HTTP request that a web function has answered, or what came of it instead."""
        outcome, error = OK, None
        if wrong is not None:
            outcome = "TimedOut" if wrong.status == 504 else "FunctionError"
            error = f"{wrong.code}: {wrong.message}"
        about = {"kind": "sync", "ms": ms, "duplicate": False}
        self._add(event, event.accepted, outcome, error, **about)

    def add_end(self, event: AsyncEvent, at: datetime, outcome: str, error: str) -> None:
        """Record that an event ended without being run."""
        self._add(event, at, outcome, error, kind="async", ms=0, duplicate=False)

    def _add(
        self, event: AsyncEvent, started: datetime, outcome: str, error: str | None, **about: Any
    ) -> None:
        invocation = Invocation(
            function=event.function,
            request_id=event.request_id,
            task_id=event.task_id,
            attempt=event.attempts + 1,
            started=started.isoformat(),
            outcome=outcome,
            error=error,
            **about,
        )
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

"""A clock that stands still until it is told otherwise."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

START = datetime(2026, 11, 23, 2, 0, tzinfo=timezone.utc)


class FakeClock:
    """`ports.Clock`; sleeping takes no time and moves it on."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._passed = 0.0

    def now(self) -> datetime:
        """Return the time, aware, UTC."""
        return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return self._passed

    def sleep(self, seconds: float) -> None:
        """Wait, without waiting."""
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        if seconds < 0:
            msg = "time does not go back"
            raise ValueError(msg)
        self._passed += seconds

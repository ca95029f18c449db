"""The clock of the machine."""

from __future__ import annotations

import time
from datetime import datetime, timezone


class SystemClock:
    """`ports.Clock` over the operating system."""

    def now(self) -> datetime:
        """Return the time, aware, UTC."""
        return datetime.now(timezone.utc)

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

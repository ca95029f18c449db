"""The clock of the machine."""

from __future__ import annotations

import time
from datetime import datetime, timezone


class SystemClock:
    """`ports.Clock` over the operating system."""

    def now(self) -> datetime:
        return datetime.now(timezone.utc)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

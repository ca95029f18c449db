"""The time that requests are signed with, put right by the service that refuses a wrong one."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from shared.observability import log

# Services take a quarter of an hour; what is within this is not why a request was refused.
_NOTICEABLE = timedelta(minutes=5)


class SigningClock:
    """The machine's time, until a service has told its own; kept as long as the adapter lives."""

    def __init__(self) -> None:
        self._offset = timedelta(0)

    def now(self) -> datetime:
        """Return the time to sign with."""
        return datetime.now(timezone.utc) + self._offset

    def put_right(self, told: datetime | None) -> bool:
        """Take over a service's time; say whether that may mend what it has refused.

        Told the same again, it says no: the refusal had another reason.
        """
        if told is None or abs(told - self.now()) < _NOTICEABLE:
            return False
        self._offset = told - datetime.now(timezone.utc)
        log.logger().warning("clock.put_right", seconds=round(self._offset.total_seconds()))
        return True

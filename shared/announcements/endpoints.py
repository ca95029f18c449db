"""The state of an endpoint: its breaker, the pause it asked for, or that it is gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import AwareDatetime
from typing_extensions import Self

from shared.announcements.schedule import LONGEST_ASKED
from shared.core.models import Stored, known
from shared.ports import ObjectStore

_FAILURES = 5
_FIRST, _LONGEST = timedelta(minutes=1), timedelta(minutes=30)


class EndpointState(Stored):
    """Nothing is sent while `disabled`, or before `blocked_until`; then one try decides."""

    disabled: bool = False
    failures: int = 0
    blocked_until: AwareDatetime | None = None

    def is_blocked(self, now: datetime) -> bool:
        """Say whether to wait."""
        return self.blocked_until is not None and now < self.blocked_until

    def after_success(self) -> Self:
        """Return the state after a message was taken: closed."""
        return self.model_copy(update={"failures": 0, "blocked_until": None, "disabled": False})

    def after_failure(self, now: datetime, *, asked: timedelta | None = None) -> Self:
        """Return the state after no or a bad answer; `asked` is the endpoint's Retry-After."""
        failures, pause = self.failures + 1, timedelta(0)
        if failures >= _FAILURES:
            pause = min(_LONGEST, _FIRST * 2.0 ** min(failures - _FAILURES, 10))
        pause = max(pause, min(asked or timedelta(0), LONGEST_ASKED))
        until = now + pause if pause else None
        return self.model_copy(update={"failures": failures, "blocked_until": until})

    def gone(self) -> Self:
        """Return the state after a 410: nothing more until an operator says so."""
        return self.after_success().model_copy(update={"disabled": True})


def endpoint_key(endpoint: str) -> str:
    """Return where the state of an endpoint lies."""
    return f"control/endpoints/{endpoint}.json"


def read_endpoint(endpoint: str, *, state: ObjectStore) -> EndpointState:
    """Return the state of an endpoint; one that cannot be read is a fresh one."""
    found = known(EndpointState, state.get(endpoint_key(endpoint), max_bytes=10_000))
    return found or EndpointState()


def write_endpoint(endpoint: str, newest: EndpointState, *, state: ObjectStore) -> None:
    """Keep the state of an endpoint."""
    body = newest.model_dump_json().encode()
    state.put(endpoint_key(endpoint), body, content_type="application/json")

"""One circuit a service: after failures in a row, or a refusal of our account, nothing is sent.

The state lies under `control/circuits/`, so that all instances share it. It is read and written
without a lock: two failures at once may count as one, and that does no harm.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.core.errors import AccountError, HeldError, UpstreamUnavailableError
from shared.jobs.control import CIRCUITS, OPERATOR, Circuit, Control, read, read_control, write
from shared.observability import log
from shared.ports import Clock, ObjectStore

_PROBES = "control/probes/"
_CLOSED = Circuit(failures=0, reason="")


@dataclass(frozen=True)
class CircuitRules:
    """Failures in a row that open a circuit, and how long it then stays open, doubling."""

    failures: int = 5
    pause_seconds: float = 60.0
    longest_seconds: float = 900.0
    remembered_seconds: float = 5.0


class Circuits:
    """The circuits of all services; `check` before sending, `watching` around it."""

    def __init__(self, store: ObjectStore, *, clock: Clock, rules: CircuitRules) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules
        self._seen: tuple[float, Control] | None = None

    def check(self, *services: str) -> None:
        """Raise HeldError while sending is paused or one of these services is given a rest.

        Once the rest is over, one caller a pause may try; the others go on waiting.
        """
        control = self._control()
        if control.paused is not None:
            raise HeldError(OPERATOR)
        for service in services:
            circuit = (control.circuits or {}).get(service)
            if circuit and circuit.retry_at and not self._may_try(service, circuit):
                raise HeldError(service)

    @contextmanager
    def watching(self, service: str) -> Iterator[None]:
        """Count what the service does: unavailable, a refusal of our account, or fine."""
        try:
            yield
        except (AccountError, UpstreamUnavailableError) as error:
            self._failed(service, error)
            raise
        self.worked(service)

    def offers(self, service: str) -> bool:
        """Say whether this service is given no rest; once that is over, to one caller a rest."""
        circuit = (self._control().circuits or {}).get(service)
        return not circuit or not circuit.retry_at or self._may_try(service, circuit)

    def may_disturb(self, service: str, *, every_seconds: float) -> bool:
        """Say whether a service may be tried within its rest: to one caller every so often."""
        circuit = (self._control().circuits or {}).get(service)
        if circuit is None or circuit.retry_at is None:
            return True
        since = circuit.retry_at - timedelta(seconds=circuit.pause_seconds)
        turn = int((self._clock.now() - since).total_seconds() // every_seconds)
        return turn > 0 and self._take(service, circuit.retry_at, f"rest-{turn}")

    def set_aside(self, service: str, reason: str, *, seconds: float) -> bool:
        """Give a service a rest at once; True where it had none before."""
        key = f"{CIRCUITS}{service}"
        known = read(self._store, key, Circuit)
        self._forget_probes(service)
        write(self._store, key, _open(known or _CLOSED, 1, reason, self._clock.now(), seconds))
        self._seen = None
        return known is None

    def worked(self, service: str) -> None:
        """Close the circuit of a service that has done its part."""
        if service not in (self._control().circuits or {}):
            return
        self._store.delete(f"{CIRCUITS}{service}")
        self._forget_probes(service)
        log.logger().warning("circuit.closed", service=service)
        self._seen = None

    def _control(self) -> Control:
        now = self._clock.monotonic()
        if self._seen is None or now - self._seen[0] > self._rules.remembered_seconds:
            self._seen = now, read_control(self._store)
        return self._seen[1]

    def _may_try(self, service: str, circuit: Circuit) -> bool:
        now = self._clock.now()
        if circuit.retry_at is None or now < circuit.retry_at:
            return False
        # Numbered by the pause it falls into: a probe that dies is followed by another.
        turn = int((now - circuit.retry_at).total_seconds() // max(circuit.pause_seconds, 1))
        return self._take(service, circuit.retry_at, str(turn))

    def _take(self, service: str, retry_at: datetime, turn: str) -> bool:
        """Say whether this caller is the first to take a turn at trying the service."""
        key = f"{_PROBES}{service}/{retry_at:%Y%m%dT%H%M%S%f}-{turn}"
        return self._store.create(key, secrets.token_bytes(16))

    def _failed(self, service: str, error: Exception) -> None:
        key, rules = f"{CIRCUITS}{service}", self._rules
        before = read(self._store, key, Circuit) or _CLOSED
        failures, reason = before.failures + 1, type(error).__name__
        few = before.retry_at is None and failures < rules.failures
        if few and not isinstance(error, AccountError):
            circuit = before.model_copy(update={"failures": failures, "reason": reason})
        else:
            pause = min(max(2 * before.pause_seconds, rules.pause_seconds), rules.longest_seconds)
            circuit = _open(before, failures, reason, self._clock.now(), pause)
            log.logger().error("circuit.opened", service=service, reason=circuit.reason)
        write(self._store, key, circuit)
        self._seen = None

    def _forget_probes(self, service: str) -> None:
        for item in self._store.page(f"{_PROBES}{service}/").items:
            self._store.delete(item.key)


def _open(before: Circuit, failures: int, reason: str, now: datetime, pause: float) -> Circuit:
    opened = {"retry_at": now + timedelta(seconds=pause), "pause_seconds": pause}
    return before.model_copy(update={"failures": failures, "reason": reason, **opened})

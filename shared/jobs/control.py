"""What holds work back: objects under `control/` of the state bucket. None there: nothing does.

`acceptance` is there while no trip is accepted, `pause` while an operator holds sending back,
`circuits/{service}` while a service fails, `queues` is what drain_queue saw last, `open` how many
jobs sweep_jobs saw last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pydantic import AwareDatetime, ValidationError

from shared.core.models import Stored
from shared.observability import log
from shared.ports import Clock, ObjectStore, QueueDepth

PREFIX = "control/"
ACCEPTANCE, PAUSE, QUEUES = f"{PREFIX}acceptance", f"{PREFIX}pause", f"{PREFIX}queues"
OPEN = f"{PREFIX}open"
CIRCUITS = f"{PREFIX}circuits/"
GPU_QUEUE, PICTURE_MODEL = "gpu_queue", "picture_model"
OPERATOR = "operator"
_MOST_BYTES = 10_000
_JSON = "application/json"


class Stop(Stored):
    """Something is stopped: why, since when, and, where a person did it, by whom."""

    reason: str
    since: AwareDatetime
    by: str = ""


class Circuit(Stored):
    """Failures of one service in a row; open once `retry_at` is set, until a try succeeds."""

    failures: int
    reason: str
    retry_at: AwareDatetime | None = None
    pause_seconds: float = 0.0


class QueueReport(Stored):
    """Lengths of both queues when they were last looked at."""

    waiting: int
    results: int
    results_limit: int
    at: AwareDatetime


class OpenReport(Stored):
    """How many jobs were open when all were last looked through."""

    jobs: int
    at: AwareDatetime


_S = TypeVar("_S", bound=Stored)


@dataclass(frozen=True)
class Control:
    """Everything under `control/` at one moment."""

    refusing: Stop | None = None
    paused: Stop | None = None
    circuits: Mapping[str, Circuit] | None = None
    queues: QueueReport | None = None
    open: OpenReport | None = None

    @property
    def accepting(self) -> bool:
        """Say whether new trips may be accepted."""
        return self.refusing is None

    def waiting_for(self, *services: str) -> str:
        """Name what work waits for that needs these: the operator, a service, "" for nothing."""
        if self.paused is not None:
            return OPERATOR
        return next((service for service in services if self._open((service,))), "")

    def holds(self, now: datetime, *services: str) -> bool:
        """Say whether nothing is sent that needs these services; False once one may be tried."""
        found = [circuit.retry_at for circuit in self._open(services)]
        return self.paused is not None or any(at and now < at for at in found)

    def is_tried(self, *services: str) -> bool:
        """Say whether one of these services is out of order, so that one job is enough to try."""
        return bool(self._open(services))

    def _open(self, services: Sequence[str]) -> list[Circuit]:
        found = [(self.circuits or {}).get(service) for service in services]
        return [each for each in found if each is not None and each.retry_at is not None]


def services_for(scene: str) -> tuple[str, ...]:
    """Return what a style with this kind of scene needs."""
    return (GPU_QUEUE,) if scene == "workflow" else (PICTURE_MODEL, GPU_QUEUE)


def read_control(store: ObjectStore) -> Control:
    """Return what holds work back; one request when nothing does."""
    keys = {item.key for item in store.page(PREFIX).items}
    circuits = {}
    for key in sorted(keys):
        if key.startswith(CIRCUITS) and (found := read(store, key, Circuit)):
            circuits[key.removeprefix(CIRCUITS)] = found
    return Control(
        refusing=read(store, ACCEPTANCE, Stop) if ACCEPTANCE in keys else None,
        paused=read(store, PAUSE, Stop) if PAUSE in keys else None,
        circuits=circuits,
        queues=read(store, QUEUES, QueueReport) if QUEUES in keys else None,
        open=read(store, OPEN, OpenReport) if OPEN in keys else None,
    )


def pause(store: ObjectStore, *, by: str, reason: str, clock: Clock) -> None:
    """Hold sending back until somebody resumes it."""
    write(store, PAUSE, Stop(reason=reason, since=clock.now(), by=by))
    log.logger().warning("sending.paused", by=by)


def resume(store: ObjectStore, *, by: str) -> None:
    """Let work be sent again, and try every service at once."""
    for key in [PAUSE, *(item.key for item in store.page(CIRCUITS).items)]:
        store.delete(key)
    log.logger().warning("sending.resumed", by=by)


def stop_accepting(store: ObjectStore, *, reason: str, clock: Clock) -> None:
    """Refuse new trips from now on."""
    write(store, ACCEPTANCE, Stop(reason=reason, since=clock.now()))
    log.logger().error("acceptance.stopped", reason=reason)


def accept_again(store: ObjectStore) -> None:
    """Accept new trips again."""
    store.delete(ACCEPTANCE)
    log.logger().warning("acceptance.resumed")


def report_queues(store: ObjectStore, depth: QueueDepth, *, at: datetime) -> None:
    """Leave both queues' lengths for whoever decides by them."""
    report = QueueReport(
        waiting=depth.waiting, results=depth.results, results_limit=depth.results_limit, at=at
    )
    write(store, QUEUES, report)


def report_open(store: ObjectStore, jobs: int, *, at: datetime) -> None:
    """Leave the number of open jobs for whoever decides by it."""
    write(store, OPEN, OpenReport(jobs=jobs, at=at))


def forget_queues(store: ObjectStore) -> None:
    """Leave nothing that was true of the queues some time ago."""
    store.delete(QUEUES)


def read(store: ObjectStore, key: str, kind: type[_S]) -> _S | None:
    """Return one object, None when it is absent or cannot be read."""
    body = store.get(key, max_bytes=_MOST_BYTES)
    if body is None:
        return None
    try:
        return kind.model_validate_json(body)
    except ValidationError:
        log.logger().warning("control.unreadable", key=key)
        return None


def write(store: ObjectStore, key: str, value: Stored) -> None:
    """Put one object."""
    store.put(key, value.model_dump_json().encode(), content_type=_JSON)

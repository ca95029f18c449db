"""How things stand at this moment: open jobs, queues, and what holds work back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from functions.read_health.schema import NowView, SwitchView, TroubleView
from shared.jobs.control import Control, Stop
from shared.jobs.record import JobStatus
from shared.jobs.tallies import OldestOpen
from shared.jobs.wall import WallEntry
from shared.ports import JobStore

# A report that nobody renews says nothing any more.
_STALE = timedelta(minutes=15)


def now_view(
    control: Control,
    oldest: OldestOpen | None,
    newest: Sequence[WallEntry],
    *,
    jobs: JobStore,
    now: datetime,
) -> NowView:
    """Return the moment; `oldest` is the job that was open longest when all were counted."""
    queues = control.queues if control.queues and now - control.queues.at < _STALE else None
    found = control.open if control.open and now - control.open.at < _STALE else None
    since = _oldest_open(oldest, newest, jobs)
    return NowView(
        open_jobs=found.jobs if found else None,
        oldest_open_seconds=round((now - since).total_seconds()) if since else None,
        waiting_tasks=queues.waiting if queues else None,
        waiting_results=queues.results if queues else None,
        acceptance=_switch(control.refusing),
        sending=_switch(control.paused),
        trouble=tuple(_trouble(control, now)),
    )


def _oldest_open(
    oldest: OldestOpen | None, newest: Sequence[WallEntry], jobs: JobStore
) -> datetime | None:
    """Return since when the oldest open job waits; one that has ended since is asked for itself."""
    if oldest is not None:
        record = jobs.load(oldest.job_id)
        waits = record is not None and record.status is not JobStatus.NEEDS_REVIEW
        if record is not None and waits and not record.status.is_closed:
            return oldest.created_at
    return min((entry.created_at for entry in newest if entry.status == "open"), default=None)


def _switch(stop: Stop | None) -> SwitchView:
    if stop is None:
        return SwitchView(on=True)
    return SwitchView(on=False, reason=stop.reason, since=stop.since, by=stop.by or None)


def _trouble(control: Control, now: datetime) -> Iterator[TroubleView]:
    for name, circuit in sorted((control.circuits or {}).items()):
        if circuit.retry_at is not None:
            yield TroubleView(what=name, reason=circuit.reason, until=circuit.retry_at)
    if control.open is not None and now - control.open.at >= _STALE:
        yield TroubleView(what="sweep_jobs", reason=f"no report since {control.open.at:%F %T}Z")

"""Page through the markers of jobs in flight and look closer at those that are due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from functions.sweep_jobs.ages import Ages
from functions.sweep_jobs.look import Look, LookRules
from functions.sweep_jobs.queues import QueueView
from shared.jobs.closing import fail
from shared.jobs.control import read_control, report_open
from shared.jobs.deadlines import GIVEN_UP
from shared.jobs.erasures import carry_on
from shared.jobs.store_check import check_store
from shared.lists.bulkhead import Bulkhead
from shared.ports import (
    Clock,
    FunctionInvoker,
    JobStore,
    ObjectStore,
    OpenMarker,
    WorkflowQueue,
)

# In every line of a sweep, also where there was nothing of the kind: metrics add them up.
_MADE_UP_FOR = ("painted_again", "stored_again", "task_gone")


@dataclass(frozen=True)
class SweepRules:
    """`seconds` for one sweep; a marker is due when it is `look_seconds` old.

    When the time is over, the markers left are still counted, for `count_seconds` at most.
    """

    seconds: float
    look_seconds: float
    look: LookRules
    count_seconds: float = 5.0


@dataclass
class Swept:
    """The jobs whose markers were seen, what was done about the due ones, and whether all were."""

    seen: set[str] = field(default_factory=set)
    complete: bool = False
    done: Counter[str] = field(default_factory=Counter)
    ages: Ages = field(default_factory=Ages)

    @property
    def markers(self) -> int:
        """Return how many there were."""
        return len(self.seen)

    def summary(self) -> dict[str, Any]:
        """Return the fields of the invocation's line."""
        return {
            "markers": self.markers,
            "complete": self.complete,
            "oldest_seconds": round(self.ages.oldest_seconds, 3),
            "overdue_seconds": round(self.ages.overdue_seconds, 3),
            **dict.fromkeys(_MADE_UP_FOR, 0),
            **self.done,
        }


def sweep_jobs(
    start: str,
    *,
    rules: SweepRules,
    jobs: JobStore,
    state: ObjectStore,
    mount: ObjectStore,
    queue: WorkflowQueue,
    invoker: FunctionInvoker,
    clock: Clock,
) -> Swept:
    """Sweep from the job id `start` to the end and on from the beginning, while time lasts.

    A random `start` lets sweeps that are always cut off come by every job all the same. Does
    nothing on a bucket where two writers of one version would both win.
    """
    ends_at, swept = clock.monotonic() + rules.seconds, Swept()
    control = read_control(state)
    now = check_store(state, control, clock=clock)
    if now is None:
        return swept
    look = Look(
        now=now,
        rules=rules.look,
        control=control,
        view=QueueView(queue),
        jobs=jobs,
        mount=mount,
        results=state,
        queue=queue,
        invoker=invoker,
        clock=clock,
    )
    carry_on(now=now, state=state, invoker=invoker, clock=clock)
    due_before = now - timedelta(seconds=rules.look_seconds)
    markers = _markers(start, jobs)
    open_jobs = Bulkhead(
        of="jobs",
        name=lambda marker: marker.job_id,
        work=look.at,
        aside=lambda marker, _: _set_aside(marker.job_id, jobs, clock),
        about=lambda marker: {"subject": marker.job_id},
        state=state,
        clock=clock,
    )
    worked = open_jobs.work_through(_due(markers, due_before, swept), ends_at=ends_at)
    swept.done, swept.complete, swept.ages = worked.outcomes, worked.complete, look.ages
    counted = swept.complete or _count(markers, swept, ends_at + rules.count_seconds, clock)
    # Acceptance goes by the count: one that was cut off may only raise it.
    if counted or control.open is None or swept.markers > control.open.jobs:
        report_open(state, swept.markers, at=clock.now())
    if counted:
        open_jobs.forget_gone(swept.seen)
    return swept


def _count(markers: Iterator[OpenMarker], swept: Swept, ends_at: float, clock: Clock) -> bool:
    """Count the markers that are left; say whether there was time for all."""
    for marker in markers:
        swept.seen.add(marker.job_id)
        if clock.monotonic() >= ends_at:
            return False
    return True


def _set_aside(job_id: str, jobs: JobStore, clock: Clock) -> None:
    """Look at a job no more, and end it, if only that can be done."""
    jobs.unmark_open(job_id)
    fail(job_id, GIVEN_UP, jobs=jobs, clock=clock)


def _due(markers: Iterator[OpenMarker], before: datetime, swept: Swept) -> Iterator[OpenMarker]:
    """Yield the markers that are due, and count all."""
    for marker in markers:
        swept.seen.add(marker.job_id)
        if marker.is_due or marker.touched_at <= before:
            yield marker


def _markers(start: str, jobs: JobStore) -> Iterator[OpenMarker]:
    yield from _markers_after(start, jobs)
    yield from takewhile(lambda marker: marker.job_id <= start, _markers_after("", jobs))


def _markers_after(after: str, jobs: JobStore) -> Iterator[OpenMarker]:
    while True:
        page = jobs.open_page(after=after)
        yield from page.markers
        after = page.next_after
        if not after:
            return

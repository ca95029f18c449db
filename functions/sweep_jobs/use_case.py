"""Page through the markers of jobs in flight and look closer at those that are due."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from functions.sweep_jobs.look import Look, LookRules
from functions.sweep_jobs.queues import QueueView
from shared import log
from shared.errors import BundleError
from shared.jobs.control import read_control, report_open
from shared.jobs.store_check import check_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.ports import (
        Clock,
        FunctionInvoker,
        JobStore,
        ObjectStore,
        OpenMarker,
        WorkflowQueue,
    )


@dataclass(frozen=True)
class SweepRules:
    """`seconds` for one sweep; a marker is due when it is `look_seconds` old."""

    seconds: float
    look_seconds: float
    look: LookRules


@dataclass
class Swept:
    """How many markers were seen, what was done about the due ones, and whether all were seen."""

    markers: int = 0
    complete: bool = False
    done: Counter[str] = field(default_factory=Counter)


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
    for marker in _markers(start, jobs):
        if clock.monotonic() >= ends_at:
            return swept
        swept.markers += 1
        if marker.is_due or now - marker.touched_at >= timedelta(seconds=rules.look_seconds):
            swept.done[_look(look, marker)] += 1
    swept.complete = True
    report_open(state, swept.markers, at=clock.now())
    return swept


def _look(look: Look, marker: OpenMarker) -> str:
    """Look at one job; what goes wrong with it keeps no other from being looked at."""
    try:
        return look.at(marker)
    except BundleError as error:
        name, detail = type(error).__name__, str(error)
        log.logger().warning("job.look_failed", job_id=marker.job_id, error=name, detail=detail)
        return "failed"


def _markers(start: str, jobs: JobStore) -> Iterator[OpenMarker]:
    after = start
    while True:
        page = jobs.open_page(after=after)
        yield from page.markers
        if not page.next_after:
            break
        after = page.next_after
    after = ""
    while True:
        page = jobs.open_page(after=after)
        yield from (marker for marker in page.markers if marker.job_id <= start)
        after = page.next_after
        if not after or after >= start:
            break

"""One job in flight, looked at closely: what is missing, and what makes up for it.

Everything decided here is settled by writing the next version of the record, before anything is
invoked: of two sweeps at once only one goes on, and one that is cut off is made up for by the next.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from functions.sweep_jobs.ages import Ages
from functions.sweep_jobs.queues import QueueView
from shared.core import ids
from shared.core.errors import UpstreamError
from shared.jobs.closing import fail, finish
from shared.jobs.control import Control, services_for
from shared.jobs.deadlines import REVIEW_MISSED, out_of_time, review_ends_at
from shared.jobs.erasing import GRACE, Eraser
from shared.jobs.leftovers import remove_losing_results
from shared.jobs.moving import Moved, move
from shared.jobs.record import JobRecord, JobStatus, TaskEnd
from shared.jobs.sending import note_not_queued, note_queued
from shared.jobs.task_end import record_task_end
from shared.observability import log, tracing
from shared.ports import (
    Clock,
    FunctionInvoker,
    JobStore,
    ObjectStore,
    OpenMarker,
    WorkflowQueue,
)
from shared.styles import scene_of

_DONE = TaskEnd(outcome="done", source="sweep")
_GONE = TaskEnd(outcome="failed", source="sweep", reason="the task is in no queue and left nothing")
_MOST_DOUBLINGS = 2
# What has just been begun is mostly over before the next sweep, so the marker is left as it is: a
# request saved now, and one look more if it is not.
_UNDER_WAY = frozenset({"found_ended", "task_gone", "painted_again", "stored_again"})
_IN_QUEUE = frozenset({JobStatus.SENDING, JobStatus.QUEUED})


@dataclass(frozen=True)
class LookRules:
    """Seconds without a new record after which a run or a task counts as lost."""

    quiet_seconds: float
    gone_seconds: float
    orphan_seconds: float
    review_minutes: int


@dataclass(frozen=True, kw_only=True)
class Look:
    """The ports of one sweep; `now` is the bucket's time when it began, and judges markers."""

    now: datetime
    rules: LookRules
    control: Control
    view: QueueView
    jobs: JobStore
    mount: ObjectStore
    results: ObjectStore
    queue: WorkflowQueue
    invoker: FunctionInvoker
    clock: Clock
    trying: set[str] = field(default_factory=set)
    ages: Ages = field(default_factory=Ages)

    def at(self, marker: OpenMarker) -> str:
        """Look at one job and return what was done about it, in a word."""
        record = self.jobs.peek(marker.job_id)
        if record is None:
            return self._orphan(marker)
        log.follow(record.job_id, record.trace_id)
        if record.status.is_closed:
            return self._closed(record, marker.touched_at)
        done, newest = self._open(record, hurry=marker.is_due)
        self.ages.note(newest, self.clock.now())
        if not newest.status.is_closed and (marker.is_due or done not in _UNDER_WAY):
            self.jobs.mark_open(record.job_id, bulk=record.priority == "bulk")
        return done

    def _orphan(self, marker: OpenMarker) -> str:
        if self.now - marker.touched_at < timedelta(seconds=self.rules.orphan_seconds):
            return "without_record"
        self.jobs.unmark_open(marker.job_id)
        # Accepted between the look and the removal: the marker is needed after all.
        if found := self.jobs.load(marker.job_id):
            self.jobs.mark_open(marker.job_id, bulk=found.priority == "bulk")
        return "orphan_removed"

    def _closed(self, record: JobRecord, touched_at: datetime) -> str:
        """Repeat what follows the closing record."""
        if record.status is JobStatus.ERASED:
            return self._erased(record, touched_at)
        begun = record.status is not JobStatus.SUCCEEDED and record.attempts > 0
        if begun and self.view.index_of(record.task_id) is not None:
            self.queue.withdraw(record.task_id)
        remove_losing_results(record, results=self.results)
        finish(record, jobs=self.jobs, cleaned=True)
        return "finished"

    def _erased(self, record: JobRecord, touched_at: datetime) -> str:
        """Delete once more when all late writers are through; each of them has put the marker."""
        if self.now - touched_at < GRACE:
            return "erased"
        eraser = Eraser(jobs=self.jobs, state=self.results, mount=self.mount, queue=self.queue)
        eraser.purge_at_last(record.job_id)
        return "erased_again"

    def _open(self, record: JobRecord, *, hurry: bool) -> tuple[str, JobRecord]:
        if record.status is JobStatus.NEEDS_REVIEW and record.repaint_after != record.attempt:
            return self._in_review(record)
        if self.clock.now() >= record.ends_at:
            return self._expired(record)
        status, failed = record.status, record.ended and record.ended.outcome == "failed"
        if status is JobStatus.QUEUED:
            return self._queued(record)
        if status is JobStatus.SENDING and not record.post_refused:
            return self._sending(record)
        if status is JobStatus.RENDERED and not (failed and record.repaint_after == record.attempt):
            return self._store_again(record, hurry=hurry)
        return self._paint_again(record, hurry=hurry)

    def _in_review(self, record: JobRecord) -> tuple[str, JobRecord]:
        if self.clock.now() < review_ends_at(record, minutes=self.rules.review_minutes):
            if not self.jobs.is_in_review(record):
                self.jobs.enter_wall(record)
            # Of a decision that was taken back others may not have been told.
            finish(record, jobs=self.jobs)
            return "waiting", record
        failed = fail(record.job_id, REVIEW_MISSED, jobs=self.jobs, clock=self.clock, known=record)
        return "expired", failed

    def _expired(self, record: JobRecord) -> tuple[str, JobRecord]:
        if record.status in _IN_QUEUE:
            try:
                self.queue.withdraw(record.task_id)
            except UpstreamError as error:
                # It is said in time all the same; a result that comes late is discarded.
                log.logger().warning("task.not_withdrawn", error=type(error).__name__)
        failure = out_of_time(record)
        return "expired", fail(
            record.job_id, failure, jobs=self.jobs, clock=self.clock, known=record
        )

    def _paint_again(self, record: JobRecord, *, hurry: bool) -> tuple[str, JobRecord]:
        # While a service is out of order its circuit says how often it is tried.
        count = 1 if self.control.is_tried(*_services(record)) else record.paint_invocations
        if not self._is_quiet(record, count, hurry=hurry):
            return "waiting", record
        if record.status is not JobStatus.ACCEPTED and self._is_held(record):
            return "held", record
        return self._painting(self._noted(record, **_next_painting(record)))

    def _painting(self, moved: Moved) -> tuple[str, JobRecord]:
        record = moved.record
        if not moved.by_us:
            return "overtaken", record
        if record.status is JobStatus.ACCEPTED:
            # Whoever accepted it may have died before this.
            self.jobs.enter_wall(record)
        task = ids.paint_invocation(record.job_id, record.paint_invocations)
        self.invoker.invoke("paint_trip", tracing.job_order(record), task_id=task)
        return "painted_again", record

    def _store_again(self, record: JobRecord, *, hurry: bool) -> tuple[str, JobRecord]:
        if not self._is_quiet(record, record.store_invocations, hurry=hurry):
            return "waiting", record
        moved = self._noted(record, store_invocations=record.store_invocations + 1)
        if not moved.by_us:
            return "overtaken", moved.record
        task = record.task_id
        invocation = ids.store_invocation(task, moved.record.store_invocations)
        self.invoker.invoke("store_result", tracing.task_order(record, task), task_id=invocation)
        return "stored_again", moved.record

    def _sending(self, record: JobRecord) -> tuple[str, JobRecord]:
        """Settle a post that nobody knows the outcome of."""
        if not self._is_quiet(record, 1, hurry=False):
            return "waiting", record
        try:
            index = self.view.index_of(record.task_id)
        except UpstreamError:
            return self._ended(record) or ("queue_unknown", record)
        if index is not None:
            queued = note_queued(record, index=index, jobs=self.jobs, clock=self.clock)
            return "found_queued", queued
        return self._ended(record) or self._post_again(record)

    def _post_again(self, record: JobRecord) -> tuple[str, JobRecord]:
        try:
            if self.view.has_ended(record.task_id):
                return "in_sink", record
        except UpstreamError:
            return "queue_unknown", record
        if self._is_held(record):
            return "held", record
        counters = _next_painting(record)
        return self._painting(note_not_queued(record, jobs=self.jobs, clock=self.clock, **counters))

    def _queued(self, record: JobRecord) -> tuple[str, JobRecord]:
        try:
            waits = self.view.index_of(record.task_id) is not None
        except UpstreamError:
            return self._ended(record) or ("queue_unknown", record)
        if waits:
            return "waiting", record
        ended = self._ended(record)
        if ended is not None:
            return ended
        if self._age(record) < self.rules.gone_seconds:
            return "waiting", record
        return self._gone(record)

    def _gone(self, record: JobRecord) -> tuple[str, JobRecord]:
        task = record.task_id
        try:
            if self.view.has_ended(task):
                return "in_sink", record
            if self.view.holds(task, record.queue_index):
                return "waiting", record
        except UpstreamError:
            return "queue_unknown", record
        log.logger().warning("task.gone", task_id=task)
        return "task_gone", self._record_end(record, task, _GONE)

    def _ended(self, record: JobRecord) -> tuple[str, JobRecord] | None:
        """Record the end of a task that has written its last file, the newest first."""
        page = self.mount.page(ids.outputs_prefix(record.job_id))
        found = {item.key for item in page.items}
        for attempt in range(record.attempts, 0, -1):
            task = ids.task_id(record.job_id, attempt)
            written = ids.output_key(task, "task.json") in found
            if written and attempt not in record.turned_down:
                return "found_ended", self._record_end(record, task, _DONE)
        return None

    def _record_end(self, record: JobRecord, task: str, end: TaskEnd) -> JobRecord:
        return record_task_end(
            task, end, jobs=self.jobs, invoker=self.invoker, clock=self.clock, known=record
        )

    def _is_held(self, record: JobRecord) -> bool:
        """Say whether sending waits; where a service may be tried again, one job a sweep tries."""
        services = _services(record)
        if self.control.holds(self.clock.now(), *services):
            return True
        if not self.control.is_tried(*services):
            return False
        self.trying.add(record.job_id)
        return self.trying != {record.job_id}

    def _noted(self, seen: JobRecord, **counters: int) -> Moved:
        """Note the counters, unless anything has been recorded since."""

        def decide(newest: JobRecord) -> JobRecord | None:
            same = newest.version == seen.version
            return newest.note(now=self.clock.now(), **counters) if same else None

        return move(seen.job_id, decide, jobs=self.jobs, known=seen)

    def _age(self, record: JobRecord) -> float:
        return (self.clock.now() - record.recorded_at).total_seconds()

    def _is_quiet(self, record: JobRecord, count: int, *, hurry: bool) -> bool:
        """Say whether nothing has been recorded for long; longer with each run that was begun.

        The platform may have the last one waiting for its turn, so asking ever more often would
        only lengthen its queue. `hurry`: the platform has given one up.
        """
        patience = self.rules.quiet_seconds * float(1 << min(count - 1, _MOST_DOUBLINGS))
        return self._age(record) >= patience - (self.rules.quiet_seconds if hurry else 0.0)


def _services(record: JobRecord) -> tuple[str, ...]:
    return services_for(scene_of(record.painted_style))


def _next_painting(record: JobRecord) -> dict[str, int]:
    """Return the counters under which painting is begun anew; paint_trip begins paint_scene."""
    return {
        "paint_invocations": record.paint_invocations + 1,
        "scene_invocations": record.scene_invocations + 1,
    }

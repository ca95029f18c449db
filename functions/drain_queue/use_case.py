"""Empty the result queue: record each task's end, and only then delete its message."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, field

from functions.drain_queue.late import LateOutputs
from functions.drain_queue.schema import task_end
from shared.core import ids
from shared.core.errors import BundleError, NotFoundError, UpstreamUnavailableError
from shared.jobs.control import forget_queues, report_queues
from shared.jobs.moving import load_for
from shared.jobs.record import JobRecord, JobStatus, TaskEnd
from shared.jobs.task_end import record_task_end
from shared.lists.bulkhead import FAILED, RESTS, SET_ASIDE, WAITS, Bulkhead
from shared.lists.tries import DEAD, Tried
from shared.observability import log
from shared.ports import (
    Clock,
    FunctionInvoker,
    JobStore,
    ObjectStore,
    QueueDepth,
    SinkMessage,
    WorkflowQueue,
)

_PAGE = 20
_NEARLY_FULL = 0.8
_NEVER = TaskEnd(outcome="failed", source="sink", reason="output never appeared")


@dataclass(frozen=True)
class DrainRules:
    """`seconds` for one run, `grace_seconds` for outputs to become visible on the mount.

    From `warning_share` of its limit on, a result queue is reported as filling: a full one stops
    the GPUs.
    """

    seconds: float
    grace_seconds: float
    warning_share: float


@dataclass(frozen=True)
class Drained:
    """How many messages there were of each kind, and how long both queues were before.

    `recorded` told of open jobs' tasks, `discarded` of closed ones', `dead` of nobody's; `late`
    ones wait for their output, `left` ones for a service that could not be reached.
    """

    recorded: int = 0
    discarded: int = 0
    dead: int = 0
    late: int = 0
    left: int = 0
    depth: QueueDepth | None = None

    def summary(self) -> dict[str, int]:
        """Return the counts for the log; lengths only where the queues were asked for them."""
        kinds = ("recorded", "discarded", "dead", "late", "left")
        counts = {kind: getattr(self, kind) for kind in kinds}
        lengths = {} if self.depth is None else asdict(self.depth)
        return {**counts, **{f"queue_{name}": length for name, length in lengths.items()}}


@dataclass(frozen=True)
class _Draining:
    """The ports of one run, and the messages of the page at hand that may go."""

    queue: WorkflowQueue
    jobs: JobStore
    invoker: FunctionInvoker
    mount: ObjectStore
    state: ObjectStore
    late: LateOutputs
    clock: Clock
    settled: list[int] = field(default_factory=list)

    def settle(self, message: SinkMessage) -> str:
        """Do what a message tells of and return its kind; it may go unless it waits."""
        try:
            kind = _record(message, self)
        except UpstreamUnavailableError:
            raise
        except BundleError as error:
            reason = str(error) if isinstance(error, NotFoundError) else type(error).__name__
            _bury(message, reason, self.state)
            kind = "dead"
        if kind != "late":
            self.settled.append(message.index)
        return kind

    def set_aside(self, message: SinkMessage, _: Tried) -> None:
        """Take a message away that nothing could be done about; its body stays with the note."""
        self.state.put(f"{DEAD}results/{_name(message)}.body", message.body)
        self.settled.append(message.index)

    def discard(self) -> None:
        """Delete the messages that may go."""
        self.queue.discard(self.settled)
        self.settled.clear()


def drain_queue(
    *,
    rules: DrainRules,
    jobs: JobStore,
    queue: WorkflowQueue,
    invoker: FunctionInvoker,
    mount: ObjectStore,
    state: ObjectStore,
    clock: Clock,
) -> Drained:
    """Drain until the queue's end or `seconds` have passed; three requests when all is idle."""
    ends_at, counts = clock.monotonic() + rules.seconds, Counter[str]()
    page = queue.results(limit=_PAGE)
    if not page and not jobs.open_page(limit=1).markers:
        forget_queues(state)
        return Drained()
    depth = _report(queue, rules, state=state, clock=clock)
    late = LateOutputs(state, grace_seconds=rules.grace_seconds, clock=clock)
    draining = _Draining(queue, jobs, invoker, mount, state, late, clock)
    messages = Bulkhead(
        of="results",
        name=_name,
        work=draining.settle,
        aside=draining.set_aside,
        about=lambda message: {"task_id": message.task_id},
        state=state,
        clock=clock,
    )
    while page and clock.monotonic() < ends_at:
        counts += messages.work_through(page, ends_at=ends_at).outcomes
        draining.discard()
        # By index: what has to wait keeps nothing behind it from being seen.
        page = queue.results(after=page[-1].index + 1, limit=_PAGE)
    return Drained(
        recorded=counts["recorded"],
        discarded=counts["discarded"],
        dead=counts["dead"] + counts[SET_ASIDE],
        late=counts["late"],
        left=counts[FAILED] + counts[WAITS] + counts[RESTS],
        depth=depth,
    )


def _name(message: SinkMessage) -> str:
    ours = ids.split_task_id(message.task_id) is not None
    return message.task_id if ours else f"message-{message.index}"


def _report(
    queue: WorkflowQueue, rules: DrainRules, *, state: ObjectStore, clock: Clock
) -> QueueDepth:
    depth = queue.depth()
    report_queues(state, depth, at=clock.now())
    share = depth.results / depth.results_limit if depth.results_limit else 0.0
    lengths = {"results": depth.results, "limit": depth.results_limit}
    if share >= max(_NEARLY_FULL, rules.warning_share):
        log.logger().error("sink.nearly_full", **lengths)
    elif share >= rules.warning_share:
        log.logger().warning("sink.filling", **lengths)
    return depth


def _record(message: SinkMessage, ports: _Draining) -> str:
    record, attempt = _job_of(message, ports.jobs)
    end = task_end(message)
    if not record.status.is_closed and not _is_known(record, attempt):
        found = _checked(message.task_id, end, ports)
        if found is None:
            return "late"
        end = found
    newest = record_task_end(
        message.task_id,
        end,
        jobs=ports.jobs,
        invoker=ports.invoker,
        clock=ports.clock,
        known=record,
    )
    ports.late.forget(message.task_id)
    return "discarded" if newest.status.is_closed else "recorded"


def _job_of(message: SinkMessage, jobs: JobStore) -> tuple[JobRecord, int]:
    named = ids.split_task_id(message.task_id)
    if named is None:
        msg = "the task id is not one of ours"
        raise NotFoundError(msg)
    log.follow(named[0], message.tags.get("trace_id", ""))
    attempt = named[1]
    record = load_for(lambda seen: _may_end(seen, attempt), named[0], jobs=jobs)
    if attempt > record.attempts and record.status is not JobStatus.ERASED:
        msg = "the job has no such attempt"
        raise NotFoundError(msg)
    return record, attempt


def _may_end(record: JobRecord, attempt: int) -> bool:
    begun = attempt <= record.attempts
    return begun and not record.status.is_closed and not _is_known(record, attempt)


def _is_known(record: JobRecord, attempt: int) -> bool:
    ended = record.status is JobStatus.RENDERED and record.attempt == attempt
    return ended and record.ended is not None


def _checked(task_id: str, end: TaskEnd, ports: _Draining) -> TaskEnd | None:
    """Return the end that the output folder bears out, None while it may yet do so.

    A task that was run twice may fail the second time: what it wrote the first time counts.
    """
    written = ports.mount.head(ids.output_key(task_id, "task.json")) is not None
    if written:
        return TaskEnd(outcome="done", source="sink")
    if end.outcome == "failed":
        return end
    return None if ports.late.may_appear(task_id) else _NEVER


def _bury(message: SinkMessage, reason: str, state: ObjectStore) -> None:
    """Keep a message nobody waits for, with the reason, before it is deleted."""
    log.logger().warning("sink.unknown_task", index=message.index, reason=reason)
    note = {"reason": reason, "task_id": message.task_id, "code": message.code}
    why = json.dumps(note, sort_keys=True).encode()
    # An index may be given anew; the same message has the same key.
    digest = hashlib.sha256(why + message.body).hexdigest()[:16]
    folder = f"dead/sink/{message.index:012d}-{digest}"
    state.put(f"{folder}/body", message.body, content_type="application/octet-stream")
    state.put(f"{folder}/why.json", why, content_type="application/json")

"""Remove everything that an erasure is about, count it, and write the receipt.

Twice: at once, and when every run that was under way has ended, for one of them may have written
something after it was removed. Each job's count is kept before anything of it goes, and its
index entry goes last, so that a run that was cut off is simply done again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared import log
from shared.bulkhead import SET_ASIDE, Bulkhead
from shared.errors import UpstreamError
from shared.jobs import erasures
from shared.jobs.erasing import Eraser, erase_record, forget_dead
from shared.jobs.erasures import Receipt, Work
from shared.jobs.record import JobName
from shared.ports import IndexedJob
from shared.uploads.forgetting import forget_driver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.bulkhead import Worked
    from shared.ports import Clock, FunctionInvoker, JobStore, ObjectStore, WorkflowQueue

_UPLOADS, _DEAD = "uploads", "dead"


def run_erasure(
    erasure_id: str,
    *,
    seconds: float,
    id_key: bytes,
    jobs: JobStore,
    state: ObjectStore,
    mount: ObjectStore,
    queue: WorkflowQueue,
    invoker: FunctionInvoker,
    clock: Clock,
) -> Receipt | None:
    """Go on with an erasure for `seconds`; have another run do the rest. None for a done one."""
    work = erasures.read_work(erasure_id, state=state)
    if work is None:
        return _over(erasure_id, state)
    receipt = erasures.read_receipt(erasure_id, state=state)
    if work.settles_at is not None and clock.now() < work.settles_at:
        return receipt
    eraser = Eraser(jobs=jobs, state=state, mount=mount, queue=queue)
    run = _Run(work, eraser, id_key, clock, clock.monotonic() + seconds)
    if receipt is not None and receipt.status == "done":
        # A run died between its receipt and the last of its traces.
        return run.end(receipt)
    worked = run.remove()
    if not worked.complete:
        erasures.run_again(work, state=state, invoker=invoker)
    if not worked.complete or worked.failed or worked.outcomes[SET_ASIDE]:
        # What failed is tried again with the erasure, which the sweeper carries on.
        return receipt
    if erasures.read_work(erasure_id, state=state) is None:
        return _over(erasure_id, state)
    return run.settle() if work.settles_at is None else run.end(run.receipt("done"))


def _over(erasure_id: str, state: ObjectStore) -> Receipt | None:
    """Return the receipt; a run that was overtaken by the end may have counted something since."""
    erasures.forget_counts(erasure_id, state=state)
    return erasures.read_receipt(erasure_id, state=state)


@dataclass(frozen=True)
class _Run:
    work: Work
    eraser: Eraser
    id_key: bytes
    clock: Clock
    ends_at: float

    def remove(self) -> Worked:
        """Remove uploads' lines and jobs, as far as there is time, and say how that went."""
        if self.work.settles_at is None:
            self._forget_uploads()
        removed = set[str]()

        def erase(entry: IndexedJob) -> str:
            if not self._is_meant(entry):
                return "kept"
            self._erase(entry.job_id)
            removed.add(entry.job_id)
            return "removed"

        worked = Bulkhead(
            of="erased",
            name=lambda entry: entry.job_id,
            work=erase,
            aside=lambda *_: erasures.set_aside(self.work.erasure_id, state=self.eraser.state),
            about=lambda _: {"erasure": self.work.erasure_id},
            state=self.eraser.state,
            clock=self.clock,
        ).work_through(self._named(), ends_at=self.ends_at)
        # Without one of its jobs an erasure is not done: the whole is set aside with it.
        found = forget_dead(removed, state=self.eraser.state)
        self._count(f"{_DEAD}-{self.work.runs}", {_DEAD: found})
        return worked

    def settle(self) -> Receipt:
        """Say that all is gone, and wait for those who may still be writing."""
        receipt = self.receipt("settling")
        settling = erasures.settling(self.work, now=self.clock.now())
        erasures.write_work(settling, state=self.eraser.state)
        return receipt

    def end(self, receipt: Receipt) -> Receipt:
        """Let counts and work go, the work last, now that the last receipt is written."""
        erasures.forget_counts(self.work.erasure_id, state=self.eraser.state)
        self.eraser.state.delete(erasures.WORK + self.work.erasure_id)
        log.logger().info("erasure.done", erasure_id=self.work.erasure_id, **receipt.counts)
        return receipt

    def _named(self) -> Iterator[IndexedJob]:
        """Yield the jobs that may have to be erased."""
        if self.work.job_id:
            yield IndexedJob(self.work.job_id, self.work.asked_at)
        else:
            yield from list(self.eraser.jobs.every_indexed(self.work.driver_key))

    def _is_meant(self, entry: IndexedJob) -> bool:
        """Say whether a job is to go; what a driver who came back has asked for since stays."""
        if self.work.job_id:
            return True
        found = self.eraser.jobs.peek(entry.job_id)
        asked_at = found.created_at if found else entry.entered_at
        return asked_at <= self.work.asked_at or (found is not None and found.erasure is not None)

    def _erase(self, job_id: str) -> None:
        work = self.work
        name = JobName(job_id=job_id, tenant=work.tenant, driver_key=work.driver_key)
        erased = erase_record(name, now=work.asked_at, jobs=self.eraser.jobs)
        self._count(job_id, self.eraser.found(erased))
        try:
            self.eraser.purge(erased)
        except UpstreamError as error:
            # The marker stays: the sweeper withdraws the task when the queue is back.
            kind = type(error).__name__
            log.logger().warning("erasure.left_over", job_id=job_id, error=kind)

    def _forget_uploads(self) -> None:
        lines = forget_driver(
            self.work.driver_key,
            id_key=self.id_key,
            state=self.eraser.state,
            mount=self.eraser.mount,
            job_id=self.work.job_id,
        )
        self._count(f"{_UPLOADS}-{self.work.runs}", {_UPLOADS: lines})

    def _count(self, what: str, found: dict[str, int]) -> None:
        erasures.count(self.work.erasure_id, what, found, state=self.eraser.state)

    def receipt(self, status: erasures.Status) -> Receipt:
        """Write the receipt with what has been counted so far."""
        receipt = Receipt(
            erasure_id=self.work.erasure_id,
            status=status,
            asked_at=self.work.asked_at,
            ended_at=self.clock.now() if status == "done" else None,
            counts=erasures.counted(self.work.erasure_id, state=self.eraser.state),
        )
        erasures.write_receipt(receipt, state=self.eraser.state)
        return receipt

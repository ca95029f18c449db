"""Remove everything that an erasure is about, count it, and write the receipt.

Twice: at once, and when every run that was under way has ended, for one of them may have written
something after it was removed. Each job's count is kept before anything of it goes, and its
index entry goes last, so that a run that was cut off is simply done again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from shared.core import ids
from shared.core.errors import UpstreamError
from shared.jobs import erasures
from shared.jobs.erasing import Eraser, erase_record, forget_dead
from shared.jobs.erasures import Receipt, Work
from shared.jobs.record import JobName
from shared.lists.bulkhead import Bulkhead, Worked
from shared.observability import log
from shared.ports import Clock, FunctionInvoker, IndexedJob, JobStore, ObjectStore, WorkflowQueue
from shared.uploads.forgetting import Forgetter

T = TypeVar("T")
_UPLOADS, _DEAD = "uploads", "dead"
# What is counted of each upload, and that it was looked through once more.
_UPLOAD, _AGAIN = "upload-", "again-"


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
    if not worked.is_done:
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
        # Before any job goes: the index, and what was counted, say which they are.
        counted = erasures.counted_names(self.work.erasure_id, state=self.eraser.state)
        job_ids = self._job_ids(counted)
        uploads = self._forget_uploads(job_ids, counted)
        if not uploads.complete:
            return uploads
        jobs = self._list("erased", lambda entry: entry.job_id, self._erase)
        worked = jobs.work_through(self._named(), ends_at=self.ends_at)
        worked.outcomes += uploads.outcomes
        if worked.is_done:
            found = forget_dead(job_ids, state=self.eraser.state)
            self._count(f"{_DEAD}-{self.work.runs}", {_DEAD: found})
        return worked

    def _list(self, of: str, name: Callable[[T], str], work: Callable[[T], str]) -> Bulkhead[T]:
        """Return a list without any of which an erasure is not done: it is set aside with it."""
        return Bulkhead(
            of=of,
            name=name,
            work=work,
            aside=lambda *_: erasures.set_aside(self.work.erasure_id, state=self.eraser.state),
            about=lambda _: {"erasure": self.work.erasure_id},
            state=self.eraser.state,
            clock=self.clock,
        )

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

    def _erase(self, entry: IndexedJob) -> str:
        if not self._is_meant(entry):
            return "kept"
        work, job_id = self.work, entry.job_id
        name = JobName(job_id=job_id, tenant=work.tenant, driver_key=work.driver_key)
        erased = erase_record(name, now=work.asked_at, jobs=self.eraser.jobs)
        self._count(job_id, self.eraser.found(erased))
        try:
            self.eraser.purge(erased)
        except UpstreamError as error:
            # The marker stays: the sweeper withdraws the task when the queue is back.
            kind = type(error).__name__
            log.logger().warning("erasure.left_over", job_id=job_id, error=kind)
        return "removed"

    def _job_ids(self, counted: list[str]) -> set[str]:
        if self.work.job_id:
            return {self.work.job_id}
        known = {name for name in counted if ids.is_job_id(name)}
        if self.work.settles_at is not None:
            # What is in the index by now is of a driver who came back.
            return known
        return known | {e.job_id for e in self.eraser.jobs.every_indexed(self.work.driver_key)}

    def _forget_uploads(self, job_ids: set[str], counted: list[str]) -> Worked:
        """Forget the lines; once all has settled again, as a run may have been reading them."""
        forgetter = Forgetter(
            driver_key=self.work.driver_key,
            job_ids=job_ids,
            only_jobs=bool(self.work.job_id),
            id_key=self.id_key,
            state=self.eraser.state,
            mount=self.eraser.mount,
        )
        again = self.work.settles_at is not None
        noted = [n.removeprefix(_UPLOAD) for n in counted if n.startswith(_UPLOAD)]
        mark = _AGAIN if again else _UPLOAD

        def forget(upload: str) -> str:
            if mark + upload not in counted:
                self._count(mark + upload, {_UPLOADS: forgetter.forget(upload, again=again)})
            if not self.work.job_id:
                forgetter.leave(upload)
            return "forgotten"

        uploads = self._list("forgotten", lambda upload: upload, forget)
        return uploads.work_through(noted if again else forgetter.uploads(), ends_at=self.ends_at)

    def _count(self, what: str, found: dict[str, int]) -> None:
        erasures.count(self.work.erasure_id, what, found, state=self.eraser.state)

    def receipt(self, status: erasures.Status) -> Receipt:
        """Write the receipt with what has been counted so far."""
        name, state = self.work.erasure_id, self.eraser.state
        known = erasures.read_receipt(name, state=state)
        news = {
            "status": status,
            "ended_at": self.clock.now() if status == "done" else None,
            "counts": erasures.counted(name, state=state),
        }
        begun = known or Receipt(erasure_id=name, asked_at=self.work.asked_at)
        receipt = begun.model_copy(update=news)
        erasures.write_receipt(receipt, state=state)
        return receipt

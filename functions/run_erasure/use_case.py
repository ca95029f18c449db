"""Remove everything that an erasure is about, count it, and write the receipt.

Twice: at once, and when every run that was under way has ended, for one of them may have written
something after it was removed. Each job's count is kept before anything of it goes, and its
index entry goes last, so that a run that was cut off is simply done again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared import ids, log
from shared.errors import UpstreamError
from shared.jobs import erasures
from shared.jobs.erasing import Eraser, erase_record, forget_dead
from shared.jobs.erasures import Receipt, Work
from shared.jobs.record import JobName
from shared.uploads.forgetting import Forgetter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.ports import Clock, FunctionInvoker, JobStore, ObjectStore, WorkflowQueue

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
    if not run.remove():
        erasures.run_again(work, state=state, invoker=invoker)
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

    def remove(self) -> bool:
        """Remove uploads' lines and jobs; False when time ran out."""
        # Before any job goes: the index, and what was counted, say which they are.
        counted = erasures.counted_names(self.work.erasure_id, state=self.eraser.state)
        job_ids = self._job_ids(counted)
        if not self._forget_uploads(job_ids, counted):
            return False
        for name in self._names():
            if self._is_over():
                return False
            self._erase(name)
        found = forget_dead(job_ids, state=self.eraser.state)
        self._count(f"{_DEAD}-{self.work.runs}", {_DEAD: found})
        return True

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

    def _names(self) -> Iterator[JobName]:
        """Yield the jobs to erase; what a driver who came back has asked for since stays."""
        work = self.work
        whose = {"tenant": work.tenant, "driver_key": work.driver_key}
        if work.job_id:
            yield JobName(job_id=work.job_id, **whose)
            return
        for entry in list(self.eraser.jobs.every_indexed(work.driver_key)):
            found = self.eraser.jobs.peek(entry.job_id)
            asked_at = found.created_at if found else entry.entered_at
            if asked_at <= work.asked_at or (found is not None and found.erasure is not None):
                yield JobName(job_id=entry.job_id, **whose)

    def _erase(self, name: JobName) -> None:
        erased = erase_record(name, now=self.work.asked_at, jobs=self.eraser.jobs)
        self._count(name.job_id, self.eraser.found(erased))
        try:
            self.eraser.purge(erased)
        except UpstreamError as error:
            # The marker stays: the sweeper withdraws the task when the queue is back.
            kind = type(error).__name__
            log.logger().warning("erasure.left_over", job_id=name.job_id, error=kind)

    def _job_ids(self, counted: list[str]) -> set[str]:
        if self.work.job_id:
            return {self.work.job_id}
        known = {name for name in counted if ids.is_job_id(name)}
        if self.work.settles_at is not None:
            # What is in the index by now is of a driver who came back.
            return known
        return known | {e.job_id for e in self.eraser.jobs.every_indexed(self.work.driver_key)}

    def _forget_uploads(self, job_ids: set[str], counted: list[str]) -> bool:
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
        for upload in noted if again else forgetter.uploads():
            if self._is_over():
                return False
            if mark + upload not in counted:
                self._count(mark + upload, {_UPLOADS: forgetter.forget(upload, again=again)})
            if not self.work.job_id:
                forgetter.leave(upload)
        return True

    def _is_over(self) -> bool:
        return self.clock.monotonic() >= self.ends_at

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

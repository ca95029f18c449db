"""Support: every case in which a sweep looks closer at a job, as the buckets hold it then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from shared.core import ids
from shared.jobs.record import JobRecord, JobStatus, Step, StoredResult, TaskEnd
from tests.fakes.clock import START
from tests.fakes.jobs import a_job_in, a_trip, an_accepted_job

if TYPE_CHECKING:
    from tests.fakes.object_store import FakeObjectStore
    from tests.fakes.workflow_queue import FakeWorkflowQueue

_S = JobStatus
_LONG_AGO = START - timedelta(seconds=600)


@dataclass(frozen=True)
class Case:
    """A job that nothing has happened to for ten minutes, and what a sweep does about it.

    `queued`: its task is in the queue; `written`: its output is on the mount; `late`: its time is
    over; `private`: version 1 still has caption and team; `ends`: the sweep ends it, or sees that
    it has ended.
    """

    name: str
    status: JobStatus
    does: str
    queued: bool = False
    written: bool = False
    late: bool = False
    private: bool = False
    shared: bool = False
    ends: bool = False

    def put(
        self,
        job_id: str,
        index: int,
        *,
        state: FakeObjectStore,
        mount: FakeObjectStore,
        queue: FakeWorkflowQueue,
    ) -> int:
        """Put the job's newest record and what belongs to it; return its place in the queue."""
        record = self._record(job_id, index)
        state.put(ids.record_key(job_id, record.version), record.model_dump_json().encode())
        if self.private and record.version > 1:
            first = an_accepted_job(job_id, trip=a_trip(caption="c", team="t"))
            state.put(ids.record_key(job_id, 1), first.model_dump_json().encode())
        if self.written:
            mount.put(ids.output_key(record.task_id, "task.json"), b"{}")
        if self.queued:
            queue.submit(record.task_id, b"{}", tags={}, urgent=False)
        return index

    def _record(self, job_id: str, index: int) -> JobRecord:
        record = a_job_in(self.status, ended=TaskEnd(outcome="done", source="sink"))
        step = Step(status=self.status, attempt=record.attempt, at=self._since())
        changes: dict[str, Any] = {
            "job_id": job_id,
            "deadline_at": _LONG_AGO if self.late else START + timedelta(minutes=20),
            "recorded_at": _LONG_AGO,
            "queue_index": index,
            "history": (*record.history[:-1], step),
        }
        if self.status in {_S.SUCCEEDED, _S.NEEDS_REVIEW}:
            folder = ids.result_folder(job_id, ids.task_id(job_id, 1))
            changes["result"] = StoredResult(
                folder=folder,
                manifest_sha256="0" * 64,
                protected_pixels=1,
                protected_pixels_changed=0,
            )
        if self.private and record.version > 1:
            changes["private_versions"] = 1
        trip = {"share": self.shared}
        own = {"caption": "c", "team": "t"} if self.private and record.version == 1 else {}
        return record.model_copy(update={**changes, "trip": a_trip(**trip, **own)})

    def _since(self) -> Any:
        return START - timedelta(days=4) if self.name == "nobody reviewed it" else _LONG_AGO


CASES = (
    Case("paint_trip was lost", _S.ACCEPTED, "painted_again"),
    Case("paint_scene was lost", _S.PROMPTED, "painted_again"),
    Case("the post arrived", _S.SENDING, "found_queued", queued=True),
    Case("the post arrived and has ended", _S.SENDING, "found_ended", written=True),
    Case("the post was lost", _S.SENDING, "painted_again"),
    Case("the task waits", _S.QUEUED, "waiting", queued=True),
    Case("the task has ended unnoticed", _S.QUEUED, "found_ended", written=True),
    Case("the task is gone", _S.QUEUED, "task_gone"),
    Case("store_result was lost", _S.RENDERED, "stored_again"),
    Case("a reviewer has it", _S.NEEDS_REVIEW, "waiting"),
    Case("ended, the marker is left", _S.SUCCEEDED, "finished", ends=True),
    Case("ended, told of nothing yet", _S.SUCCEEDED, "finished", ends=True, shared=True),
    Case("ended, caption and team are left", _S.SUCCEEDED, "finished", ends=True, private=True),
    Case("failed, told of nothing yet", _S.FAILED, "finished", ends=True),
    Case("out of time", _S.PROMPTED, "expired", ends=True, late=True),
    Case("out of time in the queue", _S.QUEUED, "expired", ends=True, late=True, queued=True),
    Case(
        "out of time with its caption", _S.ACCEPTED, "expired", ends=True, late=True, private=True
    ),
    Case("nobody reviewed it", _S.NEEDS_REVIEW, "expired", ends=True),
)

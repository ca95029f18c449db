"""Erase a job: the record first, then everything that was ever written of it.

Nothing follows the record `erased`, so whoever still works on the job finds it and stops. What
such a run writes before it does is removed later: the marker stays for a grace, and each late
notice of the job puts it anew, so the sweeper deletes once more when all is quiet.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.announcements import outbox
from shared.announcements.events import Event, Notice
from shared.core import ids
from shared.core.errors import UpstreamUnavailableError
from shared.jobs.claims import claim_keys
from shared.jobs.closing import finish
from shared.jobs.moves import check_move
from shared.jobs.record import Erasure, JobName, JobRecord, JobStatus, blank
from shared.lists.tries import DEAD, forget_tries
from shared.observability import log
from shared.ports import JobStore, ObjectStore, WorkflowQueue, every_object

# Longer than any function may run.
GRACE = timedelta(minutes=15)
_TRIES = 25
_JOB = re.compile(rb"j[a-z2-7]{31}")
_DEAD_BYTES = 1_000_000


def erase_record(name: JobName, *, now: datetime, jobs: JobStore) -> JobRecord:
    """Write the version that erases the job, the first one if there is none; safe to repeat.

    From then on the job is no caller's to see and no function's to go on with.
    """
    jobs.mark_open(name.job_id)
    for _ in range(_TRIES):
        found = jobs.load(name.job_id)
        if found is not None and found.status is JobStatus.ERASED:
            return found
        erased = blank(name, 1, Erasure(at=now)) if found is None else found.erased(now=now)
        check_move(found, erased)
        if jobs.append(erased):
            log.logger().info("job.erased", job_id=name.job_id)
            jobs.enter_wall(erased)
            return erased
    msg = f"{name.job_id}: other writers were first {_TRIES} times"
    raise UpstreamUnavailableError(msg)


@dataclass(frozen=True, kw_only=True)
class Eraser:
    """Removes what was written of an erased job, from both buckets and the GPU queue."""

    jobs: JobStore
    state: ObjectStore
    mount: ObjectStore
    queue: WorkflowQueue

    def found(self, erased: JobRecord) -> Counter[str]:
        """Count what there is to remove."""
        job_id = erased.job_id
        return Counter(
            posters=1,
            records=erased.version - 1,
            results=len(list(_keys(self.state, ids.results_prefix(job_id)))),
            inputs=len(list(_keys(self.mount, ids.inputs_prefix(job_id)))),
            outputs=len(list(_keys(self.mount, ids.outputs_prefix(job_id)))),
            messages=len(self._messages(job_id)),
        )

    def purge(self, erased: JobRecord) -> None:
        """Remove it all; safe to repeat. What may wait for a GPU is taken out last, for that
        raises UpstreamError while the queue cannot be reached.
        """
        job_id = erased.job_id
        finish(erased, jobs=self.jobs)
        self.jobs.blank_older(erased)
        for prefix in (ids.results_prefix(job_id), ids.late_prefix(job_id)):
            _remove(self.state, prefix)
        for prefix in (ids.inputs_prefix(job_id), ids.outputs_prefix(job_id)):
            _remove(self.mount, prefix)
        for key in claim_keys(job_id, state=self.state):
            self.state.delete(key)
        for notice in self._messages(job_id):
            outbox.forget(notice, state=self.state)
        if erased.driver_key:
            self.jobs.unindex(erased.driver_key, job_id)
        for attempt in range(1, (erased.erasure.tasks if erased.erasure else 0) + 1):
            self.queue.withdraw(ids.task_id(job_id, attempt))
        forget_tries(job_id, state=self.state)

    def purge_at_last(self, job_id: str) -> None:
        """Remove it all once more, and then the marker."""
        erased = self.jobs.load(job_id)
        if erased is not None and erased.status is JobStatus.ERASED:
            self.purge(erased)
        self.jobs.unmark_open(job_id)

    def _messages(self, job_id: str) -> list[Notice]:
        """Return what others were told, but for withdrawals: these hold ids, and are still due."""
        found = outbox.messages_of(job_id, state=self.state)
        return [notice for notice in found if notice.event is not Event.WITHDRAWN]


def forget_dead(job_ids: AbstractSet[str], *, state: ObjectStore) -> int:
    """Remove what was kept for an operator and names one of these jobs; return how many objects.

    All of `dead/` is looked through: its keys do not say whom an entry is about.
    """
    names = {job_id.encode() for job_id in job_ids}
    removed = 0
    for key in list(_keys(state, DEAD)) if names else []:
        body = state.get(key, max_bytes=_DEAD_BYTES) or b""
        if names & set(_JOB.findall(key.encode() + b" " + body)):
            # A message of the result queue lies in two files of one folder.
            folder = key.rpartition("/")[0] + "/"
            together = _keys(state, folder) if key.startswith(f"{DEAD}sink/") else (key,)
            for each in list(together):
                state.delete(each)
                removed += 1
    return removed


def _keys(store: ObjectStore, prefix: str) -> Iterator[str]:
    return (item.key for item in every_object(store, prefix))


def _remove(store: ObjectStore, prefix: str) -> None:
    for key in list(_keys(store, prefix)):
        store.delete(key)

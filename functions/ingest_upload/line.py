"""One line of an upload: the job it becomes, or the reason why it becomes none."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.core import ids
from shared.core.errors import (
    BundleError,
    GoneError,
    IdempotencyReuseError,
    InvalidRequestError,
    MalformedRequestError,
    PayloadTooLargeError,
    UnreadableRecordError,
)
from shared.jobs.accepting import (
    KEY_REUSED,
    AcceptRules,
    Submission,
    accept,
    choice_problems,
    first_record,
)
from shared.jobs.record import JobRecord, JobStatus
from shared.uploads import names
from shared.uploads.cursor import Cursor, Row, RowProblem
from shared.uploads.forgetting import ERASED

if TYPE_CHECKING:
    from shared.ports import Clock, FunctionInvoker, JobStore, ObjectStore
    from shared.uploads.entry import Entry, UploadedTrip
    from shared.uploads.forms import Form
    from shared.uploads.source import UploadLimits
    from shared.vehicles.catalogue import Catalogue


class NoRoomError(BundleError):
    """The line wants a new job, and there is no room for one."""


@dataclass(frozen=True)
class IngestRules:
    """`seconds` for one run; `open_jobs` in bulk at once; the tenant that uploads belong to."""

    accept: AcceptRules
    limits: UploadLimits
    tenant: str
    open_jobs: int
    seconds: float
    batch_lines: int = 100


@dataclass(frozen=True, kw_only=True)
class IngestPorts:
    """The ports of one run, which ends at `ends_at` on the monotonic clock."""

    ends_at: float
    rules: IngestRules
    catalogue: Catalogue
    jobs: JobStore
    state: ObjectStore
    mount: ObjectStore
    invoker: FunctionInvoker
    clock: Clock


@dataclass(kw_only=True)
class Lines:
    """The lines of one batch; `room` is how many new jobs may come of them."""

    cursor: Cursor
    form: Form
    room: int
    ports: IngestPorts
    noted: set[str] = field(default_factory=set)

    def row(self, entry: Entry) -> Row:
        """Deal with one line; NoRoomError when it has to wait. Safe to repeat."""
        for driver in sorted(self.form.drivers(entry.data)):
            self._note(driver)
        if entry.reason:
            return _refused(entry, entry.reason, detail=entry.detail)
        try:
            rules, catalogue = self.ports.rules.accept, self.ports.catalogue
            choices = functools.partial(choice_problems, rules=rules, catalogue=catalogue)
            return self._row(entry, self.form.parse(entry.data, choices))
        except InvalidRequestError as error:
            return _refusal(entry, error)
        except GoneError:
            # Its driver has had it, or everything asked for until then, erased.
            return _refused(entry, ERASED)
        except (UnreadableRecordError, PayloadTooLargeError):
            detail = "the job of this trip is there and cannot be read; ask the operator"
            return _refused(entry, "unreadable_job", detail=detail)

    def _row(self, entry: Entry, uploaded: UploadedTrip) -> Row:
        submission = Submission(
            tenant=self.cursor.tenant,
            driver=uploaded.driver,
            trip=uploaded.trip,
            warnings=uploaded.warnings,
            idempotency_key=uploaded.idempotency_key,
            priority="bulk",
            origin="upload",
            asked_in=f"{self.cursor.upload_id}:{entry.number}",
        )
        ports = self.ports
        first = first_record(
            submission, rules=ports.rules.accept, catalogue=ports.catalogue, clock=ports.clock
        )
        known = ports.jobs.peek(first.job_id)
        if known is None:
            if self.room <= 0:
                raise NoRoomError
            self.room -= 1
        if known is None or known.status is JobStatus.ACCEPTED:
            # Also for one that is there: the run that began it may have died on the way.
            known = accept(
                first, jobs=ports.jobs, invoker=ports.invoker, asked_at=self.cursor.put_at
            )
        return self._told(entry, first, known)

    def _told(self, entry: Entry, first: JobRecord, job: JobRecord) -> Row:
        if job.status is JobStatus.ERASED:
            return _refused(entry, ERASED)
        if job.request_digest != first.request_digest:
            raise IdempotencyReuseError(KEY_REUSED)
        # The job knows which line it came of, so that a line tells the same however often.
        outcome = "accepted" if job.asked_in == first.asked_in else "known"
        return Row(line=entry.number, outcome=outcome, job_id=job.job_id, warnings=first.warnings)

    def _note(self, driver: str) -> None:
        """Write down that this upload names the driver, before anything is made of it."""
        id_key, tenant = self.ports.rules.accept.id_key, self.cursor.tenant
        driver_key = ids.driver_key(id_key, tenant=tenant, driver=driver)
        if driver_key not in self.noted:
            key = names.driver_upload_key(driver_key, self.cursor.upload_id)
            self.ports.state.put(key, self.cursor.key.encode(), content_type="text/plain")
            self.noted.add(driver_key)


def set_aside(entry: Entry) -> Row:
    """Return the row of a line that nothing could be done about, however often it was tried."""
    detail = "the line cannot be dealt with here, and the operator has been told; send it again"
    return _refused(entry, "set_aside", detail=detail)


def _refusal(entry: Entry, error: InvalidRequestError) -> Row:
    if isinstance(error, IdempotencyReuseError):
        reason = "key_reused"
    else:
        reason = "malformed" if isinstance(error, MalformedRequestError) else "invalid"
    detail = "" if error.problems else str(error)
    told = _refused(entry, reason, detail=detail)
    problems = tuple(
        RowProblem(pointer=each.pointer, detail=each.detail) for each in error.problems
    )
    return told.model_copy(update={"problems": problems, "warnings": error.warnings})


def _refused(entry: Entry, reason: str, *, detail: str = "") -> Row:
    return Row(line=entry.number, outcome="refused", reason=reason, detail=detail)

"""Accept a trip as a job: index entry, marker, record 1 (the commit point), wall, paint_trip."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from shared.core import ids
from shared.core.errors import (
    GoneError,
    IdempotencyReuseError,
    InvalidRequestError,
    Problem,
    Warned,
    together,
)
from shared.jobs.closing import finish
from shared.jobs.erasing import erase_record
from shared.jobs.moving import load
from shared.jobs.record import JobName, JobRecord, JobStatus, Origin, Step
from shared.observability import log
from shared.observability.tracing import job_order, trace_for
from shared.ports import Clock, FunctionInvoker, JobStore
from shared.styles import offered_style
from shared.trips.model import Trip, Vehicle, canonical_bytes
from shared.vehicles.catalogue import Catalogue, VehicleEntry

if TYPE_CHECKING:
    from shared.settings.jobs import JobSettings

Priority = Literal["interactive", "bulk"]
KEY_REUSED = "this Idempotency-Key was used with another body; take a new key for a new trip"


@dataclass(frozen=True)
class Submission:
    """A trip of a driver; the key, where given, decides which job it is.

    `asked_in` is the line of an upload, by the upload's id and the line's number.
    """

    tenant: str
    driver: str
    trip: Trip
    idempotency_key: str | None
    warnings: tuple[Warned, ...] = ()
    priority: Priority = "interactive"
    origin: Origin = "app"
    asked_in: str = ""
    trace_id: str = ""


@dataclass(frozen=True)
class AcceptRules:
    """Settings of acceptance; `default_vehicle` is model/generation/paint."""

    id_key: bytes
    default_style: str
    default_vehicle: str
    deadline_minutes: int
    bulk_deadline_minutes: int = 1440

    @classmethod
    def of(cls, id_key: bytes, settings: JobSettings) -> AcceptRules:
        """Return the rules that the settings give."""
        return cls(
            id_key=id_key,
            default_style=settings.default_style,
            default_vehicle=settings.default_vehicle,
            deadline_minutes=settings.deadline_minutes,
            bulk_deadline_minutes=settings.bulk_deadline_minutes,
        )

    def minutes(self, priority: Priority) -> int:
        """Return how long a job may take."""
        return self.bulk_deadline_minutes if priority == "bulk" else self.deadline_minutes


def accept(
    record: JobRecord,
    *,
    jobs: JobStore,
    invoker: FunctionInvoker,
    asked_at: datetime | None = None,
) -> JobRecord:
    """Store a first record and have it painted; return it, or the job that it meets.

    Safe to repeat: what an earlier run did not get to is done again. `asked_at` is when somebody
    asked for it, where that was not now. Raises IdempotencyReuseError when the job was accepted
    from another request, GoneError when it was erased, or everything its driver had asked for.
    """
    # No request began a job without a trace id: it gets its own.
    own = record.trace_id or trace_for(record.job_id)
    record = record.model_copy(update={"trace_id": own})
    log.follow(record.job_id, record.trace_id)
    jobs.index(record.driver_key, record.job_id)
    jobs.mark_open(record.job_id, bulk=record.priority == "bulk")
    if jobs.append(record):
        _note_accepted(record)
    else:
        record = _met_before(record, jobs=jobs)
    _check_not_erased(record, asked_at or record.created_at, jobs=jobs)
    if record.status is JobStatus.ACCEPTED:
        # Also for a repeated request: the first one may have died before this.
        jobs.enter_wall(record)
        task = ids.paint_invocation(record.job_id, record.paint_invocations)
        invoker.invoke("paint_trip", job_order(record), task_id=task)
    return record


def first_record(
    submission: Submission, *, rules: AcceptRules, catalogue: Catalogue, clock: Clock
) -> JobRecord:
    """Return version 1 of the submission's job.

    Raises InvalidRequestError for a style that is not offered or a vehicle nobody knows.
    """
    trip, now = submission.trip, clock.now()
    chosen = offered_style(trip.style or rules.default_style).id
    canonical = canonical_bytes(trip, chosen)
    driver = {"tenant": submission.tenant, "driver": submission.driver}
    return JobRecord(
        job_id=_job_id(submission, canonical=canonical, id_key=rules.id_key),
        version=1,
        status=JobStatus.ACCEPTED,
        recorded_at=now,
        tenant=submission.tenant,
        driver_key=ids.driver_key(rules.id_key, **driver),
        request_digest=hashlib.sha256(canonical).hexdigest(),
        trip=trip,
        warnings=submission.warnings,
        style=chosen,
        vehicle=vehicle_for(trip.vehicle, catalogue, rules.default_vehicle).reference,
        created_at=now,
        priority=submission.priority,
        origin=submission.origin,
        asked_in=submission.asked_in,
        trace_id=submission.trace_id,
        deadline_at=now + timedelta(minutes=rules.minutes(submission.priority)),
        history=(Step(status=JobStatus.ACCEPTED, at=now),),
    )


def _check_not_erased(record: JobRecord, asked_at: datetime, *, jobs: JobStore) -> None:
    """Refuse what was asked for before its driver had everything erased.

    Looked at when the record is written: an erasure that begins later finds it in the index.
    """
    erased_at = jobs.erased_at(record.driver_key)
    if erased_at is None or asked_at > erased_at:
        return
    erase_record(JobName.of(record), now=erased_at, jobs=jobs)
    jobs.unindex(record.driver_key, record.job_id)
    msg = "this was asked for before everything of its driver was erased; it is not done any more"
    raise GoneError(msg)


def _met_before(record: JobRecord, *, jobs: JobStore) -> JobRecord:
    # The job keeps the trace id of the request that it came with.
    known = load(record.job_id, jobs=jobs)
    finish(known, jobs=jobs)
    if known.status is JobStatus.ERASED:
        jobs.unindex(record.driver_key, record.job_id)
        msg = "this poster was erased; for a new one of the trip send a new Idempotency-Key"
        raise GoneError(msg)
    same = known.request_digest == record.request_digest
    log.logger().info("trip.repeated", job_id=known.job_id, same=same, status=known.status.value)
    if not same:
        raise IdempotencyReuseError(KEY_REUSED)
    return known


def _note_accepted(record: JobRecord) -> None:
    log.logger().info(
        "job.accepted",
        job_id=record.job_id,
        style=record.style,
        origin=record.origin,
        campaign=record.campaign,
        priority=record.priority,
        assumed=[warned.field for warned in record.warnings],
    )


def _job_id(submission: Submission, *, canonical: bytes, id_key: bytes) -> str:
    tenant, driver, key = submission.tenant, submission.driver, submission.idempotency_key
    if key is None:
        return ids.job_id_for_trip(id_key, tenant=tenant, driver=driver, canonical=canonical)
    return ids.job_id_for_key(id_key, tenant=tenant, driver=driver, idempotency_key=key)


def choice_problems(
    vehicle: Vehicle | None, style: str | None, *, rules: AcceptRules, catalogue: Catalogue
) -> tuple[Problem, ...]:
    """Return what is wrong with the chosen style and the named vehicle."""
    try:
        together(
            lambda: offered_style(style or rules.default_style),
            lambda: vehicle_for(vehicle, catalogue, rules.default_vehicle),
        )
    except InvalidRequestError as error:
        return error.problems
    return ()


def vehicle_for(named: Vehicle | None, catalogue: Catalogue, default: str) -> VehicleEntry:
    """Return the newest render of the car; InvalidRequestError where there is none."""
    parts = default.split("/")
    given = (named.model, named.generation, named.paint) if named else (None, None, None)
    model, generation, paint = (g or d for g, d in zip(given, parts, strict=True))
    entry = catalogue.resolve(model, generation, paint)
    if entry is None:
        names = ", ".join("/".join(each.name) for each in catalogue.leading())
        problem = Problem("/vehicle", f"one of: {names}", "literal_error")
        raise InvalidRequestError(problems=(problem,))
    return entry

"""Accept a trip as a job: index entry, open marker, record 1 (the commit point), paint_trip."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from shared import ids
from shared.errors import IdempotencyReuseError, InvalidRequestError, Problem
from shared.jobs.closing import finish
from shared.jobs.moving import load
from shared.jobs.record import JobRecord, JobStatus, Origin, Step
from shared.styles import offered_style
from shared.trips.canonical import canonical_bytes

if TYPE_CHECKING:
    from shared.ports import Clock, FunctionInvoker, JobStore
    from shared.settings import JobSettings
    from shared.trips.model import Trip
    from shared.vehicles.catalogue import Catalogue, VehicleEntry

Priority = Literal["interactive", "bulk"]


@dataclass(frozen=True)
class Submission:
    """A trip of a driver; the key, where given, decides which job it is."""

    tenant: str
    driver: str
    trip: Trip
    idempotency_key: str | None
    priority: Priority = "interactive"
    origin: Origin = "app"


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


def accept(record: JobRecord, *, jobs: JobStore, invoker: FunctionInvoker) -> JobRecord:
    """Store a first record and have it painted; return it, or the job that it meets.

    Safe to repeat: what an earlier run did not get to is done again. Raises
    IdempotencyReuseError when the job was accepted from another request.
    """
    jobs.index(record.driver_key, record.job_id)
    jobs.mark_open(record.job_id)
    if not jobs.append(record):
        record = _met_before(record, jobs=jobs)
    if record.status is JobStatus.ACCEPTED:
        # Also for a repeated request: the first one may have died before this.
        task = ids.paint_invocation(record.job_id, record.paint_invocations)
        invoker.invoke("paint_trip", {"job_id": record.job_id}, task_id=task)
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
        style=chosen,
        vehicle=_vehicle(trip, catalogue, rules.default_vehicle).reference,
        created_at=now,
        priority=submission.priority,
        origin=submission.origin,
        deadline_at=now + timedelta(minutes=rules.minutes(submission.priority)),
        history=(Step(status=JobStatus.ACCEPTED, at=now),),
    )


def _met_before(record: JobRecord, *, jobs: JobStore) -> JobRecord:
    known = load(record.job_id, jobs=jobs)
    finish(known, jobs=jobs)
    if known.request_digest != record.request_digest:
        msg = "this Idempotency-Key was used with another body; take a new key for a new trip"
        raise IdempotencyReuseError(msg)
    return known


def _job_id(submission: Submission, *, canonical: bytes, id_key: bytes) -> str:
    tenant, driver, key = submission.tenant, submission.driver, submission.idempotency_key
    if key is None:
        return ids.job_id_for_trip(id_key, tenant=tenant, driver=driver, canonical=canonical)
    return ids.job_id_for_key(id_key, tenant=tenant, driver=driver, idempotency_key=key)


def _vehicle(trip: Trip, catalogue: Catalogue, default: str) -> VehicleEntry:
    named = trip.vehicle
    parts = default.split("/")
    given = (named.model, named.generation, named.paint) if named else (None, None, None)
    model, generation, paint = (g or d for g, d in zip(given, parts, strict=True))
    entry = catalogue.resolve(model, generation, paint)
    if entry is None:
        names = ", ".join("/".join(each.name) for each in catalogue.vehicles)
        problem = Problem("/vehicle", f"one of: {names}")
        raise InvalidRequestError(problems=(problem,))
    return entry

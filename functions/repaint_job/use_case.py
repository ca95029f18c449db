"""Have another poster made of a trip: another style, another picture, a new job."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta

from functions.repaint_job.schema import RepaintOrder
from shared.core import ids
from shared.core.callers import Caller
from shared.core.errors import ConflictError
from shared.jobs.accepting import AcceptRules, accept, vehicle_for
from shared.jobs.access import visible_job
from shared.jobs.admission import AdmissionRules, admit
from shared.jobs.control import Control
from shared.jobs.record import JobRecord, JobStatus, Step
from shared.ports import Clock, FunctionInvoker, JobStore
from shared.styles import offered_style
from shared.vehicles.catalogue import Catalogue

_CONSENTS = ("driver", "service")
_MAY_REPAINT = frozenset({*_CONSENTS, "studio", "operator"})


def repaint_job(
    job_id: str,
    order: RepaintOrder,
    caller: Caller,
    *,
    idempotency_key: str | None,
    rules: AcceptRules,
    admission: AdmissionRules,
    control: Control,
    catalogue: Catalogue,
    jobs: JobStore,
    invoker: FunctionInvoker,
    clock: Clock,
) -> JobRecord:
    """Return the job of the new poster: a new one, or the one this request met before.

    Raises NotFoundError, ConflictError (the first poster is not done), InvalidRequestError
    (unknown style), ForbiddenError (staff shares what the driver does not), and what refuses a
    trip: too much at once, or not now. Of staff the driver's own limits are not asked.
    """
    # Reviewers see all jobs; they ask for another picture by their decision.
    acting = replace(caller, scopes=caller.scopes & _MAY_REPAINT)
    source = visible_job(job_id, acting, id_key=rules.id_key, jobs=jobs)
    if not source.status.is_closed:
        msg = "the job is still open; wait until it has ended, or cancel it first"
        raise ConflictError("job_open", msg)
    # What the studio asks for is the driver's, who neither consents to it nor pays for it.
    by_staff = acting.scopes.isdisjoint(_CONSENTS)
    if by_staff and order.share and not source.is_shared:
        acting.require(*_CONSENTS)
    record = _first_record(
        source, order, idempotency_key, rules=rules, catalogue=catalogue, now=clock.now()
    )
    admit(record, rules=admission, control=control, jobs=jobs, own_limits=not by_staff)
    # The trip was asked for with its first poster: an erasure since then holds for this one too.
    return accept(record, jobs=jobs, invoker=invoker, asked_at=source.created_at)


def _first_record(
    source: JobRecord,
    order: RepaintOrder,
    key: str | None,
    *,
    rules: AcceptRules,
    catalogue: Catalogue,
    now: datetime,
) -> JobRecord:
    chosen = offered_style(order.style or source.painted_style).id
    share = source.is_shared if order.share is None else order.share
    # Without a format both are what they were before there were formats.
    own = [] if order.format is None else [order.format]
    wanted = json.dumps([chosen, order.seed, share, *own])
    named = f"key/{key}" if key is not None else "/".join([chosen, str(order.seed), *own])
    # Caption and team went with the first prompt; nobody has them any more.
    changes = {"share": share, "style": chosen, "format": order.format or source.trip.format}
    trip = source.trip.without_private().model_copy(update=changes)
    return JobRecord(
        job_id=ids.repaint_job_id(rules.id_key, source=source.job_id, named=named),
        version=1,
        status=JobStatus.ACCEPTED,
        recorded_at=now,
        tenant=source.tenant,
        driver_key=source.driver_key,
        request_digest=hashlib.sha256(f"{source.job_id}/{wanted}".encode()).hexdigest(),
        trip=trip,
        style=chosen,
        vehicle=vehicle_for(trip.vehicle, catalogue, rules.default_vehicle).reference,
        origin="repaint",
        repaint_of=source.job_id,
        first_job=source.root,
        occasion=source.occasion,
        seed_override=order.seed,
        seed_attempt=1 if order.seed is not None else 0,
        created_at=now,
        deadline_at=now + timedelta(minutes=rules.minutes("interactive")),
        history=(Step(status=JobStatus.ACCEPTED, at=now),),
    )

"""Erase one job of a driver: its record at once, everything else by run_erasure."""

from __future__ import annotations

from shared.core import ids
from shared.jobs.access import no_such_job
from shared.jobs.erasing import erase_record
from shared.jobs.erasures import Receipt, Work, begin, start
from shared.jobs.record import JobName
from shared.ports import Clock, FunctionInvoker, JobStore, ObjectStore


def erase_job(
    name: JobName,
    *,
    id_key: bytes,
    jobs: JobStore,
    state: ObjectStore,
    invoker: FunctionInvoker,
    clock: Clock,
) -> Receipt:
    """Return the receipt of the erasure; erasing again gives the same one.

    `name` says whose the job must be: of any other's there is none, NotFoundError.
    """
    if not ids.is_job_id(name.job_id):
        raise no_such_job()
    found = jobs.load(name.job_id)
    # In the index, and without a record yet: it is being accepted just now.
    begun = found is None and jobs.is_indexed(name.driver_key, name.job_id)
    if not begun and (found is None or JobName.of(found) != name):
        raise no_such_job()
    work = Work(
        erasure_id=ids.erasure_id(id_key, name.driver_key, name.job_id),
        tenant=name.tenant,
        driver_key=name.driver_key,
        job_id=name.job_id,
        asked_at=clock.now(),
    )
    receipt = begin(work, state=state)
    erase_record(name, now=clock.now(), jobs=jobs)
    if receipt.status == "running":
        start(work, invoker=invoker)
    return receipt

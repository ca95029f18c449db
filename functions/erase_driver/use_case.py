"""Erase everything of a driver: nothing asked for before is done; run_erasure does the rest."""

from __future__ import annotations

from shared.core import ids
from shared.jobs.erasures import Receipt, Work, begin, read_receipt, read_work, start
from shared.jobs.tombstone import Tombstone, read_tombstone, write_tombstone
from shared.ports import Clock, FunctionInvoker, JobStore, ObjectStore


def erase_driver(
    driver_key: str,
    *,
    tenant: str,
    id_key: bytes,
    jobs: JobStore,
    state: ObjectStore,
    invoker: FunctionInvoker,
    clock: Clock,
) -> Receipt:
    """Return the receipt of the erasure.

    Asking again while one is under way, and nothing new was asked for since, gives the same one.
    """
    under_way = _under_way(driver_key, jobs=jobs, state=state)
    if under_way is not None:
        return under_way
    now = clock.now()
    work = Work(
        erasure_id=ids.erasure_id(id_key, driver_key, now.isoformat()),
        tenant=tenant,
        driver_key=driver_key,
        asked_at=now,
    )
    tombstone = Tombstone(at=now, erasure_id=work.erasure_id)
    write_tombstone(driver_key, tombstone, state=state)
    receipt = begin(work, state=state)
    start(work, invoker=invoker)
    return receipt


def _under_way(driver_key: str, *, jobs: JobStore, state: ObjectStore) -> Receipt | None:
    tombstone = read_tombstone(driver_key, state=state)
    work = read_work(tombstone.erasure_id, state=state) if tombstone else None
    if tombstone is None or work is None:
        return None
    if any(entry.entered_at > tombstone.at for entry in jobs.every_indexed(driver_key)):
        return None
    return read_receipt(work.erasure_id, state=state)

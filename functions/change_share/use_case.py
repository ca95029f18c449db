"""A driver lets others see a poster, or takes it back; so may the studio."""

from __future__ import annotations

from dataclasses import replace

from shared.core.callers import Caller
from shared.jobs.access import visible_job
from shared.jobs.closing import AnnounceMode
from shared.jobs.recalling import is_recalled, refuse_showing
from shared.jobs.record import JobRecord
from shared.jobs.shares import set_share, withdraw
from shared.ports import Clock, JobStore, ObjectStore

_CONSENTS = frozenset({"driver", "service"})
_WITHDRAWS = _CONSENTS | {"studio", "operator"}


def change_share(
    job_id: str,
    caller: Caller,
    *,
    share: bool,
    announce: AnnounceMode,
    id_key: bytes,
    jobs: JobStore,
    mount: ObjectStore,
    clock: Clock,
) -> JobRecord:
    """Record the driver's wish and have others told; the same wish again changes nothing.

    Raises NotFoundError for a job that is not the caller's, ForbiddenError for sharing by staff,
    ConflictError for sharing what cannot be shown.
    """
    # Consent is the driver's, or a service's in its name; studio and operator only take posters
    # from others. Reviewers decide.
    if share:
        caller.require("driver", "service")
    acting = replace(caller, scopes=caller.scopes & (_CONSENTS if share else _WITHDRAWS))
    seen = visible_job(job_id, acting, id_key=id_key, jobs=jobs)
    if share:
        refuse_showing(seen, mount=mount)
    record = set_share(job_id, share=share, announce=announce, jobs=jobs, clock=clock, known=seen)
    if share and is_recalled(record, mount=mount):
        # Recalled just now, by a run that may have passed this job while it was not shared.
        withdraw(job_id, jobs=jobs, clock=clock)
        refuse_showing(record, mount=mount)
    return record

"""Show a job to whoever may see it; to everybody else there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.read_job.schema import FailureView, JobView, LinkView, PosterView, StepView
from shared import ids
from shared.errors import NotFoundError
from shared.jobs.record import JobStatus
from shared.results.files import MANIFEST, MASTER, THUMBNAIL

if TYPE_CHECKING:
    from shared.identity import Caller
    from shared.jobs.record import JobRecord
    from shared.ports import JobStore, ObjectStore


def read_job(
    job_id: str,
    caller: Caller,
    *,
    id_key: bytes,
    link_seconds: int,
    jobs: JobStore,
    results: ObjectStore,
) -> JobView:
    """Return the job; NotFoundError when it is unknown, erased or another driver's."""
    record = jobs.load(job_id) if ids.is_job_id(job_id) else None
    if record is None or record.status is JobStatus.ERASED or not _may_see(record, caller, id_key):
        msg = "there is no such job"
        raise NotFoundError(msg)
    reviews = not caller.scopes.isdisjoint({"reviewer", "operator"})
    return _view(record, _poster(record, results, link_seconds, reviews=reviews))


def _may_see(record: JobRecord, caller: Caller, id_key: bytes) -> bool:
    if record.tenant != caller.tenant:
        return False
    own = ids.driver_key(id_key, tenant=caller.tenant, driver=caller.subject)
    return caller.sees_all or ("driver" in caller.scopes and record.driver_key == own)


def _poster(
    record: JobRecord, results: ObjectStore, seconds: int, *, reviews: bool
) -> PosterView | None:
    """Return the links; those of a poster that waits for review to reviewers alone."""
    shown = {JobStatus.SUCCEEDED, JobStatus.NEEDS_REVIEW} if reviews else {JobStatus.SUCCEEDED}
    if record.status not in shown or record.result is None:
        return None
    folder = record.result.folder

    def link(name: str) -> LinkView:
        signed = results.sign(folder + name, seconds=seconds)
        return LinkView(url=signed.url, expires_at=signed.expires_at)

    return PosterView(
        master=link(MASTER),
        app_copy=link(record.result.app_copy),
        thumbnail=link(THUMBNAIL),
        manifest=link(MANIFEST),
    )


def _view(record: JobRecord, poster: PosterView | None) -> JobView:
    written, failure = record.prompt, record.failure
    return JobView(
        job_id=record.job_id,
        status=record.status.value,
        attempt=record.attempt,
        style=record.painted_style,
        vehicle=record.vehicle,
        created_at=record.created_at,
        deadline_at=record.deadline_at,
        title=written.prompt.title if written else None,
        prompt_source=written.source.value if written else None,
        history=tuple(
            StepView(status=step.status.value, attempt=step.attempt, at=step.at)
            for step in record.history
        ),
        poster=poster,
        failure=FailureView(code=failure.code, detail=failure.detail) if failure else None,
    )

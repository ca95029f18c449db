"""Show a job to whoever may see it; to everybody else there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.read_job.schema import FailureView, JobView, LinkView, PosterView, StepView
from shared.jobs.access import visible_job
from shared.jobs.control import services_for
from shared.jobs.record import JobStatus
from shared.results.files import MANIFEST, MASTER, THUMBNAIL
from shared.styles import style

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.identity import Caller
    from shared.jobs.control import Control
    from shared.jobs.record import JobRecord
    from shared.ports import JobStore, ObjectStore

_TO_BE_SENT = frozenset({JobStatus.ACCEPTED, JobStatus.PROMPTED, JobStatus.SENDING})


def read_job(
    job_id: str,
    caller: Caller,
    *,
    id_key: bytes,
    link_seconds: int,
    jobs: JobStore,
    results: ObjectStore,
    control: Callable[[], Control],
) -> JobView:
    """Return the job; NotFoundError when it is unknown, erased or another driver's.

    `control` is asked only for a job that is still to be sent.
    """
    record = visible_job(job_id, caller, id_key=id_key, jobs=jobs)
    reviews = not caller.scopes.isdisjoint({"reviewer", "operator"})
    poster = _poster(record, results, link_seconds, reviews=reviews)
    return _view(record, poster, _waiting_for(record, control))


def _waiting_for(record: JobRecord, control: Callable[[], Control]) -> str | None:
    if record.status not in _TO_BE_SENT:
        return None
    services = services_for(style(record.painted_style).scene)
    return control().waiting_for(*services) or None


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


def _view(record: JobRecord, poster: PosterView | None, waiting_for: str | None) -> JobView:
    written, failure = record.prompt, record.failure
    return JobView(
        job_id=record.job_id,
        status=record.status.value,
        waiting_for=waiting_for,
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

"""A job as whoever may see it sees it, with links to its poster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from pydantic import AwareDatetime

from shared.core.models import View
from shared.jobs.control import Control, services_for
from shared.jobs.record import JobRecord, JobStatus
from shared.ports import ObjectStore
from shared.results.files import MANIFEST, MASTER, THUMBNAIL
from shared.styles import scene_of

_SEEN_BY_STAFF = frozenset({JobStatus.SUCCEEDED, JobStatus.NEEDS_REVIEW, JobStatus.FAILED})
_TO_BE_SENT = frozenset({JobStatus.ACCEPTED, JobStatus.PROMPTED, JobStatus.SENDING})


class StepView(View):
    """One step of the job's history."""

    status: str
    attempt: int
    at: AwareDatetime


class LinkView(View):
    """A link that works without a token until `expires_at`."""

    url: str
    expires_at: AwareDatetime


class PosterView(View):
    """Links to the files of a finished job.

    `missing_characters`: those of title and place that the font lacks; the lettering is without.
    `remedies`: for staff, each measure that failed or is doubted: its value, its limit, what to
    change.
    """

    master: LinkView
    app_copy: LinkView
    thumbnail: LinkView
    manifest: LinkView
    missing_characters: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()


class FailureView(View):
    """Why there is no poster."""

    code: str
    detail: str


class WarningView(View):
    """A field of the trip that was not used as it was sent, and what was assumed."""

    field: str
    reason: str
    assumed: str


class CompositionView(View):
    """The poster's plan, with the light of its scene; see docs/explanation/composition.md."""

    format: str
    layout: str
    view: str
    ground: str
    light: str


class JobView(View):
    """A job as its driver sees it; `composition` is planned with the prompt."""

    job_id: str
    status: str
    waiting_for: str | None = None
    attempt: int
    style: str
    vehicle: str
    origin: str = "app"
    repaint_of: str | None = None
    share: bool = False
    created_at: AwareDatetime
    deadline_at: AwareDatetime
    warnings: tuple[WarningView, ...] = ()
    title: str | None
    prompt_source: str | None
    composition: CompositionView | None = None
    history: tuple[StepView, ...]
    poster: PosterView | None
    failure: FailureView | None


def view_of(
    record: JobRecord,
    *,
    link_seconds: int,
    results: ObjectStore,
    control: Callable[[], Control],
    staff: bool = False,
) -> JobView:
    """Return the job as it is shown; `control` is asked only for one that is still to be sent.

    `staff` also sees a poster that waits for review, or did not pass it.
    """
    written, plan, failure = record.prompt, record.composition, record.failure
    return JobView(
        job_id=record.job_id,
        status=record.status.value,
        waiting_for=_waiting_for(record, control),
        attempt=record.attempt,
        style=record.painted_style,
        vehicle=record.vehicle,
        origin=record.origin,
        repaint_of=record.repaint_of or None,
        share=record.is_shared,
        created_at=record.created_at,
        deadline_at=record.deadline_at,
        warnings=tuple(WarningView(**asdict(each)) for each in record.warnings),
        title=written.prompt.title if written else None,
        prompt_source=written.source.value if written else None,
        composition=CompositionView.model_validate(plan, from_attributes=True) if plan else None,
        history=tuple(
            StepView(status=step.status.value, attempt=step.attempt, at=step.at)
            for step in record.history
        ),
        poster=_poster(record, results, link_seconds, staff=staff),
        failure=FailureView(code=failure.code, detail=failure.detail) if failure else None,
    )


def _waiting_for(record: JobRecord, control: Callable[[], Control]) -> str | None:
    if record.status not in _TO_BE_SENT:
        return None
    services = services_for(scene_of(record.painted_style))
    return control().waiting_for(*services) or None


def _poster(
    record: JobRecord, results: ObjectStore, seconds: int, *, staff: bool
) -> PosterView | None:
    """Return the links; those of a poster that waits for review, or failed it, to staff alone."""
    shown = _SEEN_BY_STAFF if staff else {JobStatus.SUCCEEDED}
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
        missing_characters=record.result.missing_characters,
        remedies=record.result.remedies if staff else (),
    )

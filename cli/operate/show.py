"""One job: its timeline, and a push. Never its caption, team or driver."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from rich.text import Text

from local.printed import shown
from shared.announcements import outbox
from shared.core import ids
from shared.core.errors import ConflictError, NotFoundError
from shared.jobs.closing import finish
from shared.jobs.record import JobStatus
from shared.results.files import MASTER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cli.operate.ports import Ports
    from local.printed import Say
    from shared.jobs.record import JobRecord

_SEEN = {JobStatus.SUCCEEDED, JobStatus.NEEDS_REVIEW}
_LINK_SECONDS = 3600


def show(job: str, *, ports: Ports, say: Say) -> None:
    """Print what has happened to a job, and what is recorded of it."""
    record = known_job(job, ports)
    happened = [
        {"at": at, "after": f"+{(at - record.created_at).total_seconds():.1f} s", "what": what,
         "more": more}
        for at, what, more in sorted(_happened(record, ports), key=lambda each: each[0])
    ]  # fmt: skip
    facts = _facts(record, ports)
    if say.as_json:
        say.value({"job": record.job_id, "status": record.status.value, **facts, "steps": happened})
        return
    say.progress(Text.assemble((record.job_id, "bold"), f"  {record.status.value}\n"))
    say.table(happened, empty="", heads=False)
    say.progress("")
    say.facts(facts)


def list_open(status: JobStatus | None, *, ports: Ports, say: Say) -> None:
    """Print the jobs that have not ended, the oldest first; two requests for each."""
    rows = []
    for record in _open_jobs(ports):
        if status is None or record.status is status:
            last = record.history[-1].at
            style, vehicle = record.painted_style, record.vehicle
            row = {"job": record.job_id, "status": record.status.value, "since": last}
            rows.append({**row, "until": record.ends_at, "style": style, "vehicle": vehicle})
    rows.sort(key=itemgetter("since"))
    say.table(rows, empty=f"no open job{f' is {status.value}' if status else ''}")
    if rows and not say.as_json and status is JobStatus.NEEDS_REVIEW:
        first = str(rows[0]["job"])
        say.progress(f"look at it: {say.next('job', 'show', first)}")
        say.progress(f"decide: {say.next('job', 'review', first, 'approve')}")


def retry(job: str, *, ports: Ports, say: Say) -> None:
    """Have the sweeper look at the job next time; it finds out what is missing."""
    record = known_job(job, ports)
    name = record.job_id
    if record.status.is_closed:
        if not ports.jobs.is_open(name):
            another = say.next("job", "repaint", name)
            msg = f"{name} has ended ({record.status.value}); for another poster: {another}"
            raise ConflictError("job_ended", msg)
        finish(record, jobs=ports.jobs)
        say.done("the job has ended; what follows its end is done now", job=name)
        return
    if record.status is JobStatus.NEEDS_REVIEW and record.repaint_after != record.attempt:
        decide = say.next("job", "review", name, "approve")
        msg = f"{name} waits for a reviewer; decide (approve, reject or repaint): {decide}"
        raise ConflictError("job_open", msg)
    ports.jobs.mark_due(name)
    say.done("the next sweep looks at the job at once", job=name)


def known_job(job: str, ports: Ports) -> JobRecord:
    """Return a job by its id or a task's; NotFoundError where there is none."""
    named = ids.split_task_id(job)
    wanted = named[0] if named else job
    record = ports.jobs.load(wanted) if ids.is_job_id(wanted) else None
    if record is None:
        raise NotFoundError(f"there is no job {job}")
    return record


def _open_jobs(ports: Ports) -> Iterator[JobRecord]:
    after, more = "", True
    while more:
        page = ports.jobs.open_page(after=after)
        for marker in page.markers:
            record = ports.jobs.load(marker.job_id)
            if record is not None and not record.status.is_closed:
                yield record
        after = page.next_after
        more = bool(after)


def _happened(record: JobRecord, ports: Ports) -> Iterator[tuple[datetime, str, str]]:
    for step in record.history:
        yield step.at, step.status.value, f"attempt {step.attempt}" if step.attempt else ""
    for review in record.reviews:
        yield review.at, f"review: {review.decision}", f"by {review.reviewer}"
    for change in record.shares:
        yield change.at, "shared" if change.share else "withdrawn", ""
    for notice in outbox.messages_of(record.job_id, state=ports.state):
        mark = outbox.mark_of(notice, state=ports.state)
        if mark is not None:
            more = f"{mark.state}, {mark.tries} tries {mark.reason}".rstrip()
            yield mark.entered_at, f"announcement: {notice.event.value}", more


def _facts(record: JobRecord, ports: Ports) -> dict[str, str]:
    counts = (
        f"{record.attempts} begun, {record.gpu_tasks} queued, {record.scene_failures} scenes failed"
    )
    facts = {
        "style": record.painted_style,
        "vehicle": record.vehicle,
        "priority": record.priority,
        "until": shown(record.ends_at),
        "attempts": counts,
        "invocations": (
            f"paint {record.paint_invocations}, scene {record.scene_invocations}, "
            f"store {record.store_invocations}"
        ),
        "prompt by": record.prompt.source.value if record.prompt else "",
        "task's end": _end(record),
        "result": record.result.folder if record.result else "",
        "picture": _picture(record, ports),
        "gate": ", ".join(record.result.failures) if record.result else "",
        "doubts": ", ".join(record.result.doubts) if record.result else "",
        "to change": "; ".join(record.result.remedies) if record.result else "",
        "left out": "".join(record.result.missing_characters) if record.result else "",
        "failure": f"{record.failure.code}: {record.failure.detail}" if record.failure else "",
        "shared": "yes" if record.is_shared else "no",
        "release": record.release,
        "marker": "open" if ports.jobs.is_open(record.job_id) else "none",
    }
    return {name: value for name, value in facts.items() if value}


def _picture(record: JobRecord, ports: Ports) -> str:
    """Return a link to the poster, for an hour, while it is to be seen."""
    if record.result is None or record.status not in _SEEN:
        return ""
    signed = ports.state.sign(record.result.folder + MASTER, seconds=_LINK_SECONDS)
    return f"{signed.url} until {shown(signed.expires_at)}"


def _end(record: JobRecord) -> str:
    if record.ended is None:
        return ""
    return f"{record.ended.outcome}, told by {record.ended.source} {record.ended.reason}".rstrip()

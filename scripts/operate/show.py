"""One job: its timeline, and a push. Never its caption, team or driver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from local.printed import print_facts, print_table
from scripts.operate.moments import shown
from shared import ids
from shared.announcements import outbox
from shared.errors import ConflictError, NotFoundError
from shared.jobs.closing import finish
from shared.jobs.record import JobStatus

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from datetime import datetime

    from rich.console import Console

    from scripts.operate.ports import Ports
    from shared.jobs.record import JobRecord


def show(chosen: argparse.Namespace, ports: Ports, console: Console) -> int:
    """Print what has happened to a job, and what is recorded of it."""
    record = _record(chosen.job, ports)
    console.print(Text.assemble((record.job_id, "bold"), f"  {record.status.value}\n"))
    happened = sorted(_happened(record, ports), key=lambda each: each[0])
    times = [
        (shown(at), f"+{(at - record.created_at).total_seconds():.1f} s", what, more)
        for at, what, more in happened
    ]
    print_table(console, times)
    console.print()
    print_facts(console, _facts(record, ports))
    return 0


def retry(chosen: argparse.Namespace, ports: Ports, console: Console) -> int:
    """Have the sweeper look at the job next time; it finds out what is missing."""
    record = _record(chosen.job, ports)
    if record.status.is_closed:
        if ports.jobs.is_open(record.job_id):
            finish(record, jobs=ports.jobs)
            console.print("the job has ended; what follows its end is done now")
            return 0
        msg = f"{record.job_id} has ended ({record.status.value}); a new poster needs a new request"
        raise ConflictError(msg)
    if record.status is JobStatus.NEEDS_REVIEW and record.repaint_after != record.attempt:
        msg = f"{record.job_id} waits for a reviewer: POST /v1/jobs/{record.job_id}/review"
        raise ConflictError(msg)
    ports.jobs.mark_due(record.job_id)
    console.print("the next sweep looks at the job at once")
    return 0


def _record(job_id: str, ports: Ports) -> JobRecord:
    # A task's id names its job, too.
    named = ids.split_task_id(job_id)
    wanted = named[0] if named else job_id
    record = ports.jobs.load(wanted) if ids.is_job_id(wanted) else None
    if record is None:
        msg = f"there is no job {job_id}"
        raise NotFoundError(msg)
    return record


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
        "gate": ", ".join(record.result.failures) if record.result else "",
        "doubts": ", ".join(record.result.doubts) if record.result else "",
        "to change": "; ".join(record.result.remedies) if record.result else "",
        "left out": "".join(record.result.missing_characters) if record.result else "",
        "failure": f"{record.failure.code}: {record.failure.detail}" if record.failure else "",
        "shared": "yes" if record.is_shared else "no",
        "marker": "open" if ports.jobs.is_open(record.job_id) else "none",
    }
    return {name: value for name, value in facts.items() if value}


def _end(record: JobRecord) -> str:
    if record.ended is None:
        return ""
    return f"{record.ended.outcome}, told by {record.ended.source} {record.ended.reason}".rstrip()

"""Enter the jobs of an earlier release on the wall; safe to repeat, also while jobs go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.jobs.record import JobStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.operate.ports import Ports
    from local.printed import Say


def enter_all(*, ports: Ports, say: Say) -> None:
    """Enter every job that is not erased; some five requests for each."""
    entered = 0
    for job_id in _every_job(ports):
        record = ports.jobs.load(job_id)
        if record is not None and record.status is not JobStatus.ERASED:
            ports.jobs.enter_wall(record)
            entered += 1
            if entered % 1000 == 0:
                say.progress(f"{entered} jobs so far")
    say.done("the wall has all jobs", jobs=entered)


def _every_job(ports: Ports) -> Iterator[str]:
    after, more = "", True
    while more:
        page = ports.jobs.index_page(after=after)
        for _, entry in page.entries:
            yield entry.job_id
        after = page.next_after
        more = bool(after)

"""A driver's own jobs, newest first, in pages.

The index is listed whole for each page (a request for each thousand jobs) and sorted by the time
each job was entered; of the jobs on the page the records are read, with two requests each. What
was erased is left out, so a page may hold less than it could.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from shared.jobs.cursor import foreign_cursor, read_signed, signed
from shared.jobs.record import JobRecord, JobStatus
from shared.ports import IndexedJob, JobStore

MOST = 50
_Position = tuple[int, str]


@dataclass(frozen=True)
class JobPage:
    """The jobs of a page, and the cursor of the next one, "" on the last page."""

    jobs: tuple[JobRecord, ...]
    cursor: str = ""


def page_of(driver_key: str, *, cursor: str, limit: int, id_key: bytes, jobs: JobStore) -> JobPage:
    """Return a page; InvalidRequestError for a cursor that was not given to this driver."""
    before = _read_cursor(cursor, driver_key, id_key) if cursor else None
    entries = sorted(jobs.every_indexed(driver_key), key=_position, reverse=True)
    behind = [entry for entry in entries if before is None or _position(entry) < before]
    page = behind[:limit]
    found = [jobs.peek(entry.job_id) for entry in page]
    shown = tuple(r for r in found if r is not None and r.status is not JobStatus.ERASED)
    more = len(behind) > limit
    return JobPage(shown, _cursor(_position(page[-1]), driver_key, id_key) if more else "")


def _position(entry: IndexedJob) -> _Position:
    return int(entry.entered_at.timestamp() * 1000), entry.job_id


def _cursor(position: _Position, driver_key: str, id_key: bytes) -> str:
    body = struct.pack(">Q", position[0]) + position[1].encode()
    return signed(body, of=_page_of(driver_key), id_key=id_key)


def _read_cursor(cursor: str, driver_key: str, id_key: bytes) -> _Position:
    body = read_signed(cursor, of=_page_of(driver_key), id_key=id_key)
    if len(body) <= 8:
        raise foreign_cursor()
    return struct.unpack(">Q", body[:8])[0], body[8:].decode()


def _page_of(driver_key: str) -> str:
    return f"jobs page:{driver_key}"

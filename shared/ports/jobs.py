"""The records of jobs, in our own words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from shared.announcements.events import Notice
    from shared.jobs.record import JobRecord
    from shared.jobs.wall import WallPage


@dataclass(frozen=True)
class OpenMarker:
    """The marker of a job in flight: when it was put, by the bucket's clock; `is_due`: look now.

    `is_bulk`: the job came in bulk, as far as the marker says; one made due does not tell.
    """

    job_id: str
    touched_at: datetime
    is_due: bool = False
    is_bulk: bool = False


@dataclass(frozen=True)
class OpenPage:
    """One page of markers; `next_after` is "" on the last page."""

    markers: tuple[OpenMarker, ...]
    next_after: str = ""


@dataclass(frozen=True)
class IndexedJob:
    """A job in its driver's index, and when it was entered, by the bucket's clock."""

    job_id: str
    entered_at: datetime


@dataclass(frozen=True)
class IndexPage:
    """One page of all drivers' jobs, (driver key, job) by key; `next_after` is "" on the last."""

    entries: tuple[tuple[str, IndexedJob], ...]
    next_after: str = ""


class JobStore(Protocol):
    """The append-only records of jobs, the open markers and the drivers' index."""

    def load(self, job_id: str) -> JobRecord | None:
        """Return the newest record, None for an unknown job."""

    def peek(self, job_id: str) -> JobRecord | None:
        """Return a record that may lag behind the newest; cheap, to be settled by an append."""

    def newest(self, record: JobRecord) -> JobRecord:
        """Return the newest record of the job, which is this one or comes after it."""

    def append(self, record: JobRecord) -> bool:
        """Write version `record.version`; False when somebody else's is there."""

    def forget_private(self, record: JobRecord) -> None:
        """Write the older versions that carry caption or team anew, without; safe to repeat."""

    def mark_open(self, job_id: str, *, bulk: bool = False) -> None:
        """Put the marker under `open/` by which the sweeper finds work in flight."""

    def mark_due(self, job_id: str) -> None:
        """Put the marker so that the sweeper looks at the job next time."""

    def open_page(self, *, after: str = "", limit: int = 1000) -> OpenPage:
        """List the markers of jobs in flight by job id, those behind `after`."""

    def unmark_open(self, job_id: str) -> None:
        """Remove the marker: the last act on a job."""

    def index(self, driver_key: str, job_id: str) -> None:
        """Enter the job in its driver's index."""

    def indexed(self, driver_key: str) -> tuple[IndexedJob, ...]:
        """Return a driver's jobs and when each was entered; of very many, a part."""

    def every_indexed(self, driver_key: str) -> Iterator[IndexedJob]:
        """Yield all of a driver's jobs by job id, with a request for each thousand."""

    def index_page(self, *, after: str = "", limit: int = 1000) -> IndexPage:
        """List all drivers' jobs by driver key and job id, those behind `after` (driver/job)."""

    def is_indexed(self, driver_key: str, job_id: str) -> bool:
        """Say whether the job is in the driver's index."""

    def unindex(self, driver_key: str, job_id: str) -> None:
        """Take the job out of its driver's index."""

    def blank_older(self, erased: JobRecord) -> int:
        """Overwrite the versions before an erased one with nothing, and return how many.

        Their slots stay taken: nobody who still holds one can write its successor.
        """

    def erased_at(self, driver_key: str) -> datetime | None:
        """Return when all of a driver's jobs were last asked to be erased, None for never."""

    def is_open(self, job_id: str) -> bool:
        """Say whether the job has its marker."""

    def enter_outbox(self, notice: Notice, *, at: datetime) -> None:
        """Have others told of what happened at that time, once, however often it is entered."""

    def enter_wall(self, record: JobRecord) -> None:
        """Have the wall say of the job what this record says, or what a newer one does.

        Repeating it changes nothing. An erased job leaves the wall instead.
        """

    def is_in_review(self, record: JobRecord) -> bool:
        """Say whether the wall has all that this record of a job in review says."""

    def wall_page(
        self, tenant: str, *, after: str = "", in_review: bool = False, limit: int = 1000
    ) -> WallPage:
        """List a tenant's jobs, newest first, those behind a position, by one request."""

"""Jobs as objects: the bucket is the database, create-if-absent its one atomic primitive."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import datetime

from pydantic import ValidationError

from shared.announcements import outbox
from shared.announcements.events import Notice
from shared.core.errors import UnreadableRecordError, UpstreamRejectedError
from shared.core.ids import DRIVERS, index_key, open_key, record_key
from shared.core.release import RELEASE
from shared.jobs import tombstone, wall_entries
from shared.jobs.record import JobRecord, blank
from shared.jobs.wall import WallPage
from shared.ports import (
    Clock,
    IndexedJob,
    IndexPage,
    ObjectStore,
    OpenMarker,
    OpenPage,
    every_object,
)

_RECORD_KEY = re.compile(r"jobs/[^/]+/(\d{6,})\.json")
_RECORD_BYTES = 1_000_000
_JSON, _TEXT = "application/json", "text/plain"
# What a marker holds that the sweeper shall look at without waiting; others hold a time.
_DUE = b"due"
# What the marker of a job in bulk holds: a listing tells it from all others by its size.
_BULK = b"bulk"


class BucketJobStore:
    """`ports.JobStore` over any ObjectStore."""

    def __init__(self, objects: ObjectStore, *, clock: Clock) -> None:
        self._objects = objects
        self._clock = clock

    def load(self, job_id: str) -> JobRecord | None:
        """A listing may lag, so it only says where to start; reading forward finds the end."""
        listed = self._listed_version(job_id)
        newest = self._newest_from(job_id, listed)
        if newest is None and listed > 1:
            newest = self._newest_from(job_id, 1)
        return _or_none(job_id, newest)

    def peek(self, job_id: str) -> JobRecord | None:
        """Two requests; a listing may lag, so an append has to settle what this leads to."""
        version = self._listed_version(job_id)
        found = self._objects.get(record_key(job_id, version), max_bytes=_RECORD_BYTES)
        return self.load(job_id) if found is None and version > 1 else _or_none(job_id, found)

    def newest(self, record: JobRecord) -> JobRecord:
        found = self._newest_from(record.job_id, record.version + 1)
        return record if found is None else _parsed(record.job_id, found)

    def append(self, record: JobRecord) -> bool:
        """The writer token makes each record unique: a repeated write that finds its own bytes
        counts as written, another writer's equal record does not.
        """
        signed = record.model_copy(update={"writer": secrets.token_hex(16), "release": RELEASE})
        key = record_key(record.job_id, record.version)
        return self._objects.create(key, signed.to_json(), content_type=_JSON)

    def forget_private(self, record: JobRecord) -> None:
        """Their slots stay taken: nobody can write another version there. One request where it is
        the first alone, which every later one can tell, unless another release has added to them;
        a request or two for each where not.
        """
        private = min(record.private_versions, record.version - 1)
        if private == 1 and not record.model_extra:
            first = record.first_version().to_json()
            self._objects.put(record_key(record.job_id, 1), first, content_type=_JSON)
            return
        for version in range(1, private + 1):
            key = record_key(record.job_id, version)
            body = self._objects.get(key, max_bytes=_RECORD_BYTES)
            old = _or_none(record.job_id, body)
            if old is not None and old.trip.is_private:
                self._objects.put(key, old.without_private().to_json(), content_type=_JSON)

    def mark_open(self, job_id: str, *, bulk: bool = False) -> None:
        body = _BULK if bulk else self._now()
        self._objects.put(open_key(job_id), body, content_type=_TEXT)

    def mark_due(self, job_id: str) -> None:
        self._objects.put(open_key(job_id), _DUE, content_type=_TEXT)

    def open_page(self, *, after: str = "", limit: int = 1000) -> OpenPage:
        prefix = open_key("")
        page = self._objects.page(prefix, after=prefix + after if after else "", limit=limit)
        return OpenPage(
            tuple(
                OpenMarker(
                    item.key.removeprefix(prefix),
                    item.modified_at,
                    is_due=item.size == len(_DUE),
                    is_bulk=item.size == len(_BULK),
                )
                for item in page.items
            ),
            next_after=page.next_after.removeprefix(prefix),
        )

    def unmark_open(self, job_id: str) -> None:
        self._objects.delete(open_key(job_id))

    def index(self, driver_key: str, job_id: str) -> None:
        """Enter the job in its driver's index; the first entry's time stays."""
        self._objects.create(index_key(driver_key, job_id), self._now(), content_type=_TEXT)

    def indexed(self, driver_key: str) -> tuple[IndexedJob, ...]:
        prefix = index_key(driver_key, "")
        items = self._objects.page(prefix).items
        return tuple(IndexedJob(i.key.removeprefix(prefix), i.modified_at) for i in items)

    def every_indexed(self, driver_key: str) -> Iterator[IndexedJob]:
        prefix = index_key(driver_key, "")
        for item in every_object(self._objects, prefix):
            yield IndexedJob(item.key.removeprefix(prefix), item.modified_at)

    def index_page(self, *, after: str = "", limit: int = 1000) -> IndexPage:
        page = self._objects.page(DRIVERS, after=DRIVERS + after, limit=limit)
        split = ((item, item.key.removeprefix(DRIVERS).partition("/")) for item in page.items)
        return IndexPage(
            tuple((key, IndexedJob(job_id, item.modified_at)) for item, (key, _, job_id) in split),
            next_after=page.next_after.removeprefix(DRIVERS),
        )

    def is_indexed(self, driver_key: str, job_id: str) -> bool:
        return self._objects.head(index_key(driver_key, job_id)) is not None

    def unindex(self, driver_key: str, job_id: str) -> None:
        self._objects.delete(index_key(driver_key, job_id))

    def blank_older(self, erased: JobRecord) -> int:
        if erased.erasure is None:
            raise UpstreamRejectedError(f"{erased.job_id} is not erased")
        for version in range(1, erased.version):
            old = blank(erased, version, erased.erasure, named=False)
            body = old.model_copy(update={"release": RELEASE}).to_json()
            self._objects.put(record_key(erased.job_id, version), body, content_type=_JSON)
        return erased.version - 1

    def erased_at(self, driver_key: str) -> datetime | None:
        return tombstone.erased_at(driver_key, state=self._objects)

    def is_open(self, job_id: str) -> bool:
        return self._objects.head(open_key(job_id)) is not None

    def enter_outbox(self, notice: Notice, *, at: datetime) -> None:
        outbox.enter(notice, at=at, state=self._objects)

    def enter_wall(self, record: JobRecord) -> None:
        wall_entries.enter(record, state=self._objects)

    def is_in_review(self, record: JobRecord) -> bool:
        return wall_entries.is_in_review(record, state=self._objects)

    def wall_page(
        self, tenant: str, *, after: str = "", in_review: bool = False, limit: int = 1000
    ) -> WallPage:
        return wall_entries.page_of(
            tenant, state=self._objects, after=after, in_review=in_review, limit=limit
        )

    def _now(self) -> bytes:
        return self._clock.now().isoformat().encode()

    def _listed_version(self, job_id: str) -> int:
        items = every_object(self._objects, f"jobs/{job_id}/")
        matches = (_RECORD_KEY.fullmatch(item.key) for item in items)
        return max([1, *(int(match.group(1)) for match in matches if match)])

    def _newest_from(self, job_id: str, version: int) -> bytes | None:
        newest = None
        while True:
            found = self._objects.get(record_key(job_id, version), max_bytes=_RECORD_BYTES)
            if found is None:
                return newest
            newest, version = found, version + 1


def _or_none(job_id: str, body: bytes | None) -> JobRecord | None:
    return None if body is None else _parsed(job_id, body)


def _parsed(job_id: str, body: bytes) -> JobRecord:
    try:
        return JobRecord.model_validate_json(body)
    except ValidationError as error:
        # Not the error's own text: it quotes the record, and a record holds a person's trip.
        fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
        msg = f"the newest record of {job_id} cannot be read: {', '.join(fields)}"
        raise UnreadableRecordError(msg) from None

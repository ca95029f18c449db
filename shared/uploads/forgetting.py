"""Take what belongs to one driver, or to some jobs, out of uploaded files and their reports.

A line or row is overwritten by spaces of its own length, an element by null and spaces, in the
file's encoding and with its line ends, so every other line stays where a cursor has it; a text is
deleted. What is to be blanked is written down first,
and every rewriting blanks all of it: two at once, or one that dies, leave nothing standing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.core import ids
from shared.core.errors import UploadEndedError, UploadRewrittenError, UpstreamUnavailableError
from shared.observability import log
from shared.ports import ObjectStore, every_object
from shared.trips.encodings import Encoding, encoding_within
from shared.uploads import cursor as cursors
from shared.uploads import names, report
from shared.uploads.cursor import Cursor, Row
from shared.uploads.forms import form_of
from shared.uploads.source import Source, UploadLimits

if TYPE_CHECKING:
    from shared.uploads.entry import Entry

_TRIES = 5
_CHUNK = 4 * 1024 * 1024
# Only for opening: what was taken in before a limit was lowered must be forgettable all the same.
_ANY_SIZE = UploadLimits(file=1 << 40, json=1 << 40, line=1 << 40)
_LONGEST_LINE = 1 << 20
ERASED = "erased"


@dataclass(frozen=True, kw_only=True)
class Forgetter:
    """Forgets all lines of a driver, or, with `only_jobs`, those alone that became these jobs."""

    driver_key: str
    job_ids: AbstractSet[str]
    only_jobs: bool
    id_key: bytes
    state: ObjectStore
    mount: ObjectStore

    def uploads(self) -> Iterator[str]:
        """Yield the uploads that name the driver."""
        prefix = names.driver_uploads_prefix(self.driver_key)
        for item in every_object(self.state, prefix):
            yield item.key.removeprefix(prefix)

    def forget(self, upload: str, *, again: bool = False) -> int:
        """Blank the lines in one upload and its report; return how many there were.

        Safe to repeat and to cut off. `again` also finds what a run that was reading the upload
        has reported since. Holds a whole file in memory, twice while it is written.
        """
        cursor = cursors.load(upload, state=self.state)
        if cursor is None:
            return 0
        file = _File(cursor, self.state, self.mount)
        held = file.held()
        found = [] if held is None else [e for e in file.entries(held) if self._is_due(cursor, e)]
        file.note(found)
        for entry in found:
            version = _version_with(cursor, entry.number, self.state)
            self._blank_rows(version, of_line=entry.number)
        file.blank()
        if held is None or again:
            # Deleted or replaced, its lines tell nothing any more; or they were blank already.
            for number in range(2, cursor.version + 1):
                version = cursors.read_version(cursor.upload_id, number, state=self.state)
                self._blank_rows(version)
        log.logger().info("upload.forgotten", upload_id=cursor.upload_id, lines=len(found))
        return len(found)

    def leave(self, upload: str) -> None:
        """Let go of what leads from the driver to an upload."""
        self.state.delete(names.driver_upload_key(self.driver_key, upload))

    def _is_due(self, cursor: Cursor, entry: Entry) -> bool:
        drivers = form_of(cursor.key).drivers(entry.data)
        named = {ids.driver_key(self.id_key, tenant=cursor.tenant, driver=name) for name in drivers}
        if self.driver_key not in named:
            return False
        return not self.only_jobs or _job_of(cursor, entry, self.state) in self.job_ids

    def _blank_rows(self, version: Cursor | None, of_line: int = 0) -> None:
        """Let the report, and what it was copied from, no longer tell of these jobs, or a line."""
        if version is None:
            return
        told = (
            Row(line=row.line, outcome="refused", reason=ERASED)
            if row.line == of_line or row.job_id in self.job_ids
            else row
            for row in version.rows
        )
        blanked = version.model_copy(update={"rows": tuple(told)})
        if blanked.rows != version.rows:
            cursors.rewrite_rows(version, blanked.rows, state=self.state)
        report.mend_part(blanked, mount=self.mount)


def blank(
    cursor: Cursor, entries: Iterable[Entry], *, state: ObjectStore, mount: ObjectStore
) -> None:
    """Blank these entries of an upload, and whatever else is to be blanked there."""
    file = _File(cursor, state, mount)
    file.note(entries)
    file.blank()


def forget_the_unreadable(
    cursor: Cursor, *, longest: int, state: ObjectStore, mount: ObjectStore
) -> None:
    """Take away what no erasure could find, once an upload has ended; safe to repeat.

    That is a file that was refused whole, and lines that name nobody or were too long to be read.
    What was blanked before and was put again is blanked again.
    """
    if cursor.ended == "refused":
        found = mount.head(cursor.key)
        if found is not None and (found.etag, found.size) == (cursor.etag, cursor.size):
            mount.delete(cursor.key)
            log.logger().info("upload.removed", upload_id=cursor.upload_id)
    if cursor.ended == "read":
        if cursor.refused:
            state.put(names.nobodys_key(cursor.upload_id, longest), b"-")
        _File(cursor, state, mount).blank()


@dataclass(frozen=True)
class _Due:
    """What is to be blanked: parts, and, with `longest`, lines of nobody and longer ones."""

    parts: frozenset[tuple[int, int]]
    longest: int = 0


@dataclass(frozen=True)
class _File:
    """The file of an upload, as long as that is what lies under its key."""

    cursor: Cursor
    state: ObjectStore
    mount: ObjectStore

    def held(self) -> bytearray | None:
        """Return the file, None when this upload is not what lies there any more."""
        for _ in range(_TRIES):
            held = bytearray()
            try:
                source = Source(self.cursor, limits=_ANY_SIZE, mount=self.mount, state=self.state)
                while more := source.read(len(held), _CHUNK):
                    held += more
            except UploadEndedError:
                return None
            except UploadRewrittenError:
                continue
            return held
        raise UpstreamUnavailableError(f"{self.cursor.upload_id}: the file changes all the time")

    def entries(self, held: bytearray, longest: int = _LONGEST_LINE) -> Iterator[Entry]:
        """Yield the entries, those of more than `longest` bytes with their beginning alone."""
        encoding, form = self._encoding(held), form_of(self.cursor.key)
        return form.entries(_reader(held), len(held), encoding, longest=longest)

    def _encoding(self, held: bytearray) -> Encoding:
        return self.cursor.encoding or encoding_within(_reader(held), len(held))

    def note(self, entries: Iterable[Entry]) -> None:
        """Write down that these are to be blanked."""
        for entry in entries:
            self.state.put(names.blank_key(self.cursor.upload_id, entry.start, entry.stop), b"-")

    def blank(self) -> None:
        """Blank all that is written down."""
        for _ in range(_TRIES):
            due = self._due()
            if due == _Due(frozenset()):
                return
            self._rewrite(due)
            # Another run may have read before we wrote, or written down more meanwhile.
            if self._due() == due and self._blanked(due) is None:
                return
        msg = f"{self.cursor.upload_id}: the file is rewritten by others all the time"
        raise UpstreamUnavailableError(msg)

    def _due(self) -> _Due:
        prefix, parts, longest = names.blanks_prefix(self.cursor.upload_id), set(), 0
        for item in every_object(self.state, prefix):
            start, _, stop = item.key.removeprefix(prefix).partition("-")
            if start == names.NOBODYS:
                longest = max(longest, int(stop))
            else:
                parts.add((int(start), int(stop)))
        return _Due(frozenset(parts), longest)

    def _rewrite(self, due: _Due) -> None:
        data = self._blanked(due)
        if data is None:
            return
        if form_of(self.cursor.key).suffix == ".txt":
            self.mount.delete(self.cursor.key)
            return
        # OSS makes the etag of a simple upload from its bytes: the event that this sets off, and a
        # run that is reading, know by it that the file is still the same upload.
        etag = hashlib.md5(data, usedforsecurity=False).hexdigest().upper()
        again = names.upload_id(self.cursor.key, etag, len(data))
        self.state.put(names.rewritten_key(again), self.cursor.upload_id.encode())
        self.mount.put(self.cursor.key, data)

    def _blanked(self, due: _Due) -> bytes | None:
        """Return the file without what is due, None where there is none of that, or no file."""
        held = self.held()
        if held is None:
            return None
        before, parts = bytes(held), set(due.parts)
        if due.longest:
            nobodys = filter(self._is_nobodys, self.entries(held, due.longest))
            parts |= {(entry.start, entry.stop) for entry in nobodys}
        encoding, blank = self._encoding(held), form_of(self.cursor.key).blank
        for start, stop in parts:
            held[start:stop] = _spaces(bytes(held[start:stop]), blank, encoding)
        return None if held == before else bytes(held)

    def _is_nobodys(self, entry: Entry) -> bool:
        if entry.is_blank:
            return False
        return entry.reason == "too_long" or not form_of(self.cursor.key).drivers(entry.data)


def _reader(held: bytearray) -> Callable[[int, int], bytes]:
    return lambda start, length: bytes(held[start : start + length])


def _spaces(old: bytes, blank: str, encoding: Encoding) -> bytes:
    """Return as many bytes with what a blank is, if there is room, and nothing but line ends."""
    space, width = " ".encode(encoding), len(" ".encode(encoding))
    ends = {"\r".encode(encoding), "\n".encode(encoding)}
    units = (old[at : at + width] for at in range(0, len(old), width))
    kept = b"".join(unit if unit in ends else space for unit in units)[: len(old)]
    marks = (mark.encode(encoding) for mark in (blank, "0", "") if blank or not mark)
    filled = next(mark for mark in marks if len(mark) <= len(old))
    return filled + kept[len(filled) :]


def _job_of(cursor: Cursor, entry: Entry, state: ObjectStore) -> str:
    version = _version_with(cursor, entry.number, state)
    rows = () if version is None else version.rows
    return next((row.job_id for row in rows if row.line == entry.number), "")


def _version_with(cursor: Cursor, line: int, state: ObjectStore) -> Cursor | None:
    """Return the version that added a line's row: the first one that is past it, or a later one
    if the line was tried again.
    """
    low, high = 2, cursor.version
    while low < high:
        middle = (low + high) // 2
        found = cursors.read_version(cursor.upload_id, middle, state=state)
        if found is not None and found.line >= line:
            high = middle
        else:
            low = middle + 1
    for version in range(low, cursor.version + 1):
        found = cursors.read_version(cursor.upload_id, version, state=state)
        if found is not None and any(row.line == line for row in found.rows):
            return found
    return None

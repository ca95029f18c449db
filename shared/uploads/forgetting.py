"""Take what belongs to one driver, or to one job, out of uploaded files and their reports.

A line is overwritten by spaces of its own length, an element by null and spaces, so every other
line stays where a cursor has it; a text is deleted. What is to be blanked is written down first,
and every rewriting blanks all of it: two at once, or one that dies, leave nothing standing.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from shared import ids, log
from shared.errors import UploadEndedError, UploadRewrittenError, UpstreamUnavailableError
from shared.ports import every_object
from shared.uploads import cursor as cursors
from shared.uploads import names, report
from shared.uploads.cursor import Row
from shared.uploads.elements import elements
from shared.uploads.lines import lines
from shared.uploads.source import Source, UploadLimits, form_of, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shared.ports import ObjectStore
    from shared.uploads.cursor import Cursor
    from shared.uploads.entry import Entry

_TRIES = 5
_CHUNK = 4 * 1024 * 1024
# Only for opening: what was taken in before a limit was lowered must be forgettable all the same.
_ANY_SIZE = UploadLimits(file=1 << 40, json=1 << 40, line=1 << 40)
_LONGEST_LINE = 1 << 20
ERASED = "erased"
_JSON = ".json"


def forget_driver(
    driver_key: str, *, id_key: bytes, state: ObjectStore, mount: ObjectStore, job_id: str = ""
) -> int:
    """Blank all lines of a driver, or with `job_id` only that job's; return how many there were.

    Safe to repeat and to cut off: the entry that leads to an upload goes last. Holds a whole file
    in memory, twice while it is written.
    """
    forgotten = 0
    for upload in _uploads_of(driver_key, state):
        cursor = cursors.load(upload, state=state)
        if cursor is not None:
            forgotten += _forget_in(
                cursor, driver_key, job_id, id_key=id_key, state=state, mount=mount
            )
        if not job_id:
            state.delete(names.driver_upload_key(driver_key, upload))
    return forgotten


def blank(
    cursor: Cursor, entries: Iterable[Entry], *, state: ObjectStore, mount: ObjectStore
) -> None:
    """Blank these entries of an upload, and whatever else is to be blanked there."""
    for entry in entries:
        state.put(names.blank_key(cursor.upload_id, entry.start, entry.stop), b"-")
    for _ in range(_TRIES):
        spans = _spans(cursor.upload_id, state)
        _rewrite(cursor, spans, state=state, mount=mount)
        # Another run may have read before we wrote, or written down more meanwhile.
        if _spans(cursor.upload_id, state) == spans and _is_blank(cursor, spans, state, mount):
            return
    msg = f"{cursor.upload_id}: the file is rewritten by others all the time"
    raise UpstreamUnavailableError(msg)


def _forget_in(
    cursor: Cursor,
    driver_key: str,
    job_id: str,
    *,
    id_key: bytes,
    state: ObjectStore,
    mount: ObjectStore,
) -> int:
    found = []
    for entry in _entries(cursor, state, mount):
        drivers = form_of(cursor.key).drivers(entry.data)
        named = {ids.driver_key(id_key, tenant=cursor.tenant, driver=name) for name in drivers}
        if driver_key in named and (not job_id or _job_of(cursor, entry, state) == job_id):
            found.append(entry)
    if found:
        blank(cursor, found, state=state, mount=mount)
    for entry in found:
        _blank_row(cursor, entry.number, state=state, mount=mount)
    log.logger().info("upload.forgotten", upload_id=cursor.upload_id, lines=len(found))
    return len(found)


def _uploads_of(driver_key: str, state: ObjectStore) -> Iterator[str]:
    prefix = names.driver_uploads_prefix(driver_key)
    return (item.key.removeprefix(prefix) for item in every_object(state, prefix))


def _spans(upload: str, state: ObjectStore) -> frozenset[tuple[int, int]]:
    prefix, found = names.blanks_prefix(upload), set()
    for item in every_object(state, prefix):
        start, _, stop = item.key.removeprefix(prefix).partition("-")
        found.add((int(start), int(stop)))
    return frozenset(found)


def _rewrite(
    cursor: Cursor, spans: Iterable[tuple[int, int]], *, state: ObjectStore, mount: ObjectStore
) -> None:
    if cursor.key.lower().endswith(".txt"):
        if _held(cursor, state, mount) is not None:
            mount.delete(cursor.key)
        return
    held = _held(cursor, state, mount)
    if held is None or not _apply(held, spans, is_json=_is_json(cursor)):
        return
    data = bytes(held)
    # OSS makes the etag of a simple upload from its bytes: the event that this sets off, and a run
    # that is reading, know by it that the file is still the same upload.
    etag = hashlib.md5(data, usedforsecurity=False).hexdigest().upper()
    again = names.upload_id(cursor.key, etag, len(data))
    state.put(names.rewritten_key(again), cursor.upload_id.encode())
    mount.put(cursor.key, data)


def _is_blank(
    cursor: Cursor, spans: Iterable[tuple[int, int]], state: ObjectStore, mount: ObjectStore
) -> bool:
    held = _held(cursor, state, mount)
    return held is None or not _apply(held, spans, is_json=_is_json(cursor))


def _apply(held: bytearray, spans: Iterable[tuple[int, int]], *, is_json: bool) -> bool:
    """Blank the parts in place; say whether that changed anything."""
    changed = False
    for start, stop in spans:
        old = bytes(held[start:stop])
        end = old[len(old.rstrip(b"\r\n")) :]
        filled = (b"null" if is_json else b"").ljust(len(old) - len(end)) + end
        changed = changed or filled != old
        held[start:stop] = filled
    return changed


def _entries(cursor: Cursor, state: ObjectStore, mount: ObjectStore) -> Iterator[Entry]:
    held = _held(cursor, state, mount)
    if held is None:
        return iter(())
    if _is_json(cursor):
        return elements(bytes(held))
    if cursor.key.lower().endswith(".txt"):
        return whole(bytes(held))
    return lines(
        lambda start, length: bytes(held[start : start + length]),
        offset=0,
        number=0,
        longest=_LONGEST_LINE,
    )


def _held(cursor: Cursor, state: ObjectStore, mount: ObjectStore) -> bytearray | None:
    """Return the file, None when this upload is not what lies there any more."""
    for _ in range(_TRIES):
        held = bytearray()
        try:
            source = Source(cursor, limits=_ANY_SIZE, mount=mount, state=state)
            while more := source.read(len(held), _CHUNK):
                held += more
        except UploadEndedError:
            return None
        except UploadRewrittenError:
            continue
        return held
    msg = f"{cursor.upload_id}: the file changes all the time"
    raise UpstreamUnavailableError(msg)


def _is_json(cursor: Cursor) -> bool:
    return cursor.key.lower().endswith(_JSON)


def _job_of(cursor: Cursor, entry: Entry, state: ObjectStore) -> str:
    version = _version_with(cursor, entry.number, state)
    rows = () if version is None else version.rows
    return next((row.job_id for row in rows if row.line == entry.number), "")


def _blank_row(cursor: Cursor, line: int, *, state: ObjectStore, mount: ObjectStore) -> None:
    """Let the report, and what it was copied from, no longer tell of a line's job."""
    version = _version_with(cursor, line, state)
    if version is None:
        return
    told = Row(line=line, outcome="refused", reason=ERASED)
    rows = tuple(told if row.line == line else row for row in version.rows)
    if rows != version.rows:
        cursors.rewrite_rows(version, rows, state=state)
        report.write_part(version.model_copy(update={"rows": rows}), mount=mount)


def _version_with(cursor: Cursor, line: int, state: ObjectStore) -> Cursor | None:
    """Return the version that added a line: the first one that is past it."""
    low, high = 2, cursor.version
    while low < high:
        middle = (low + high) // 2
        found = cursors.read_version(cursor.upload_id, middle, state=state)
        if found is not None and found.line >= line:
            high = middle
        else:
            low = middle + 1
    return cursors.read_version(cursor.upload_id, low, state=state)

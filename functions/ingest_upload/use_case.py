"""An upload has appeared, or is to be read on: note it, then read as far as there is room."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote

from functions.ingest_upload.line import IngestRules
from functions.ingest_upload.reading import Reading
from shared.lists.bulkhead import MOST_TRIES_OF_LISTS, Bulkhead, do_every
from shared.observability import log
from shared.uploads import cursor as cursors
from shared.uploads import names
from shared.uploads.cursor import Cursor, first_cursor
from shared.uploads.source import original_of

if TYPE_CHECKING:
    from shared.edge.events.objects import ObjectCreated
    from shared.edge.events.uploads import UploadWork
    from shared.ports import Clock, FunctionInvoker, JobStore, ObjectInfo, ObjectStore
    from shared.vehicles.catalogue import Catalogue

__all__ = ["IngestRules", "ingest_upload"]

# A run that is reading an upload writes a version about as often; the timer leaves it alone.
_BEING_READ_SECONDS = 30.0
# Shorter than a line's: a file is read on while a bad line of it rests.
_FIRST_PAUSE = timedelta(seconds=10)


def ingest_upload(
    work: UploadWork | None,
    *,
    start: str,
    rules: IngestRules,
    catalogue: Catalogue,
    jobs: JobStore,
    state: ObjectStore,
    mount: ObjectStore,
    invoker: FunctionInvoker,
    clock: Clock,
) -> Counter[str]:
    """Read the uploads that the work is about; return how many stopped at what.

    Without any named it is all open ones, from the id `start` on and round. An upload that cannot
    be read on now is left to the next time.
    """
    if work is None:
        return Counter()
    reading = Reading(
        ends_at=clock.monotonic() + rules.seconds,
        rules=rules,
        catalogue=catalogue,
        jobs=jobs,
        state=state,
        mount=mount,
        invoker=invoker,
        clock=clock,
    )
    by_timer = not work.created and not work.upload_id
    uploads = Bulkhead(
        of="uploads",
        name=lambda upload: upload,
        work=lambda upload: _read_on(upload, reading, patient=by_timer),
        aside=reading.set_aside,
        about=lambda upload: {"upload": upload},
        state=state,
        clock=clock,
        most_tries=MOST_TRIES_OF_LISTS,
        first_pause=_FIRST_PAUSE,
        least=1,
    )
    if by_timer:
        due = _open_uploads(start, state, clock)
    else:
        begun = do_every(work.created, lambda each: _begin(each, reading))
        due = [upload for upload in [work.upload_id, *begun] if upload]
    return uploads.work_through(due, ends_at=reading.ends_at).outcomes


def _open_uploads(start: str, state: ObjectStore, clock: Clock) -> list[str]:
    """Return open uploads, a page of those behind `start` and then of the others."""
    behind = state.page(names.OPEN, after=names.OPEN + start).items
    before = (item for item in state.page(names.OPEN).items if item.key <= names.OPEN + start)
    found = [*behind, *before]
    if found:
        oldest = clock.now() - min(item.modified_at for item in found)
        seconds = max(0, round(oldest.total_seconds()))
        log.logger().info("uploads.open", count=len(found), oldest_upload_seconds=seconds)
    return [item.key.removeprefix(names.OPEN) for item in found]


def _read_on(upload: str, reading: Reading, *, patient: bool = False) -> str:
    cursor = cursors.load(upload, state=reading.state) or _noted(upload, reading)
    if cursor is None:
        return "unknown"
    if patient and _is_being_read(cursor, reading.clock):
        return "being_read"
    return reading.read_on(cursor)


def _is_being_read(cursor: Cursor, clock: Clock) -> bool:
    age = (clock.now() - cursor.written_at).total_seconds()
    return cursor.ended is None and cursor.version > 1 and age < _BEING_READ_SECONDS


def _begin(created: ObjectCreated, reading: Reading) -> str | None:
    """Note an upload, so that it will be read to its end whatever comes; return its id."""
    info = _info(created.key, reading.mount)
    if info is None or not info.key.startswith(names.TRIPS):
        log.logger().warning("upload.gone" if info is None else "upload.foreign_key")
        return None
    now = first_cursor(info, tenant=reading.rules.tenant, now=reading.clock.now())
    _note_replaced(created, now, reading)
    original = original_of(now.upload_id, state=reading.state)
    if original == now.upload_id:
        _note(now, reading)
    return original


def _note_replaced(created: ObjectCreated, now: Cursor, reading: Reading) -> None:
    """Report a content that was replaced before anybody read it, so that it is not just lost."""
    if not created.etag or (created.etag, created.size) == (now.etag, now.size):
        return
    told = names.upload_id(now.key, created.etag, created.size)
    if original_of(told, state=reading.state) == told:
        about = {"upload_id": told, "etag": created.etag, "size": created.size}
        detail = "the file was replaced before it was read; its new content is an upload of its own"
        missed = now.model_copy(update=about).end(
            "replaced", now=reading.clock.now(), detail=detail
        )
        if _note(missed, reading):
            _read_on(told, reading)


def _note(first: Cursor, reading: Reading) -> bool:
    """Write marker and first version, unless the upload is known."""
    if cursors.load(first.upload_id, state=reading.state) is not None:
        return False
    body = first.model_dump_json().encode()
    reading.state.put(names.open_key(first.upload_id), body, content_type="application/json")
    cursors.append(first, state=reading.state)
    return True


def _noted(upload: str, reading: Reading) -> Cursor | None:
    """Begin an upload whose marker was written, and nothing else."""
    body = reading.state.get(names.open_key(upload), max_bytes=100_000)
    if body is None:
        return None
    cursors.append(Cursor.model_validate_json(body), state=reading.state)
    return cursors.load(upload, state=reading.state)


def _info(key: str, mount: ObjectStore) -> ObjectInfo | None:
    """Return the object under the key as the event has it, or else under what it may encode."""
    keys = filter(names.may_exist, dict.fromkeys((key, unquote(key))))
    return next((found for each in keys if (found := mount.head(each)) is not None), None)

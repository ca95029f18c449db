"""How far an upload has been read, as versions that are created once, like the records of a job.

Each version carries the report's rows of what it adds, so that reading on and reporting are one
write: the report on the mount is copied from it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, Field
from typing_extensions import Self

from shared.core.errors import UpstreamRejectedError
from shared.core.models import Stored, StoredWarning, checked
from shared.core.release import RELEASE
from shared.ports import ObjectInfo, ObjectStore, every_object
from shared.trips.encodings import Encoding
from shared.uploads import names

_MOST_BYTES = 4_000_000
_JSON = "application/json"
_LONGEST_PACKING = 100
UNPACK = "put it again unpacked, as plain UTF-8 and without that header"
Outcome = Literal["accepted", "known", "refused"]
Ending = Literal["read", "refused", "replaced", "gone"]


class RowProblem(Stored):
    """One field that was refused."""

    pointer: str
    detail: str


class Row(Stored):
    """What became of one line: its job, or why there is none. It never quotes the line.

    `known`: the job was there before this line, by an earlier line or otherwise. `reason` is a
    stable code. `warnings` say what is assumed of the trip.
    """

    line: int
    outcome: Outcome
    job_id: str = ""
    reason: str = ""
    detail: str = ""
    problems: tuple[RowProblem, ...] = ()
    warnings: tuple[StoredWarning, ...] = ()


class Span(Stored):
    """Where a line lies."""

    line: int
    start: int
    stop: int


class Cursor(Stored):
    """An upload as of this version: `offset` bytes and `line` lines of it have been dealt with.

    All but those `again`, which could not be, and are tried once more behind the others. The
    `encoding` is known from the first reading on.
    """

    schema_version: Literal[1] = 1
    upload_id: str
    key: str
    etag: str
    size: int
    put_at: AwareDatetime
    tenant: str
    begun_at: AwareDatetime
    version: int = Field(1, ge=1)
    written_at: AwareDatetime
    writer: str = ""
    release: str = ""
    encoding: Encoding | None = None
    offset: int = 0
    line: int = 0
    accepted: int = 0
    known: int = 0
    refused: int = 0
    rows: tuple[Row, ...] = ()
    again: tuple[Span, ...] = ()
    ended: Ending | None = None
    ended_at: AwareDatetime | None = None
    detail: str = ""

    def read_on(
        self,
        rows: Iterable[Row],
        *,
        offset: int,
        line: int,
        now: datetime,
        again: tuple[Span, ...] = (),
        encoding: Encoding | None = None,
    ) -> Self:
        """Return the next version: what lies before `offset` is dealt with."""
        added = tuple(rows)
        counts = {
            name: getattr(self, name) + sum(row.outcome == name for row in added)
            for name in ("accepted", "known", "refused")
        }
        moved = {"rows": added, "offset": offset, "line": line, "again": again}
        fixed = {"version": self.version + 1, "written_at": now, "writer": ""}
        known = {"encoding": self.encoding or encoding}
        return self.model_copy(update={**moved, **counts, **known, **fixed})

    def end(self, ending: Ending, *, now: datetime, detail: str = "") -> Self:
        """Return this version as the last one."""
        return self.model_copy(update={"ended": ending, "ended_at": now, "detail": detail})


def first_cursor(info: ObjectInfo, *, tenant: str, now: datetime) -> Cursor:
    """Return version 1 for a file as it is now; the last one too where it says it is packed."""
    first = Cursor(
        upload_id=names.upload_id(info.key, info.etag, info.size, info.packing),
        key=info.key,
        etag=info.etag,
        size=info.size,
        put_at=info.modified_at,
        tenant=tenant,
        begun_at=now,
        written_at=now,
    )
    if not info.packing:
        return first
    detail = f"the file is stored with Content-Encoding: {info.packing[:_LONGEST_PACKING]}"
    return first.end("refused", now=now, detail=f"{detail}; {UNPACK}")


def append(cursor: Cursor, *, state: ObjectStore) -> bool:
    """Write a version; False when another run's is there."""
    signed = cursor.model_copy(update={"writer": secrets.token_hex(8), "release": RELEASE})
    key = names.cursor_key(cursor.upload_id, cursor.version)
    return state.create(key, signed.model_dump_json().encode(), content_type=_JSON)


def load(upload: str, *, state: ObjectStore) -> Cursor | None:
    """Return the newest version, None for an upload that has not been begun.

    A listing may lag, so it only says where to start; reading forward finds the end.
    """
    prefix, version, newest = names.cursors_prefix(upload), 1, None
    for item in every_object(state, prefix):
        version = int(item.key.removeprefix(prefix).removesuffix(".json"))
    while found := read_version(upload, version, state=state):
        newest, version = found, version + 1
    return newest


def read_version(upload: str, version: int, *, state: ObjectStore) -> Cursor | None:
    """Return one version, None when it is not there."""
    body = state.get(names.cursor_key(upload, version), max_bytes=_MOST_BYTES)
    fault = UpstreamRejectedError(f"version {version} of the cursor of {upload} cannot be read")
    return None if body is None else checked(Cursor, body, fault)


def rewrite_rows(cursor: Cursor, rows: Iterable[Row], *, state: ObjectStore) -> None:
    """Write a version anew with other rows; its place stays taken."""
    body = cursor.model_copy(update={"rows": tuple(rows)}).model_dump_json().encode()
    key = names.cursor_key(cursor.upload_id, cursor.version)
    state.put(key, body, content_type=_JSON)

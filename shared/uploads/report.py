"""The report beside an upload: parts with a row for each line, and a summary when it has ended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shared.uploads import names

if TYPE_CHECKING:
    from shared.ports import ObjectStore
    from shared.uploads.cursor import Cursor

_ROWS, _JSON = "application/x-ndjson", "application/json"
SUMMARY = "summary.json"


def part_name(version: int) -> str:
    """Return the name of the part that a version of the cursor adds."""
    return f"part-{version:06d}.jsonl"


def write_part(cursor: Cursor, *, mount: ObjectStore) -> None:
    """Put the rows of this version; the same version has the same bytes."""
    if cursor.rows:
        mount.put(_part_key(cursor), _part(cursor), content_type=_ROWS)


def mend_part(cursor: Cursor, *, mount: ObjectStore) -> None:
    """Put the rows of this version again where the report is there and says something else."""
    told = mount.get(_part_key(cursor))
    if told is not None and told != _part(cursor):
        write_part(cursor, mount=mount)


def write_summary(cursor: Cursor, *, mount: ObjectStore) -> None:
    """Put what makes the end visible."""
    key = names.report_folder(cursor.key, cursor.upload_id) + SUMMARY
    body = json.dumps(summary(cursor), ensure_ascii=False, indent=1).encode()
    mount.put(key, body, content_type=_JSON)


def summary(cursor: Cursor) -> dict[str, Any]:
    """Return the counts and the end of an upload."""
    told = {
        "upload_id": cursor.upload_id,
        "file": cursor.key,
        "ended": cursor.ended,
        "detail": cursor.detail,
        "lines": cursor.line,
        "accepted": cursor.accepted,
        "known": cursor.known,
        "refused": cursor.refused,
        "begun_at": cursor.begun_at.isoformat(),
        "finished_at": cursor.ended_at.isoformat() if cursor.ended_at else None,
    }
    return {name: value for name, value in told.items() if value != ""}


def _part_key(cursor: Cursor) -> str:
    return names.report_folder(cursor.key, cursor.upload_id) + part_name(cursor.version)


def _part(cursor: Cursor) -> bytes:
    told = (row.model_dump(mode="json", exclude_defaults=True) for row in cursor.rows)
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in told).encode()

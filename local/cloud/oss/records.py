"""What is kept beside an object's bytes, and the guess for files that others wrote."""

from __future__ import annotations

import functools
import hashlib
import mimetypes
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from crcmod.crcmod import mkCrcFun  # type: ignore[import-untyped]

from local.cloud.files import read_json, replace_json
from local.cloud.oss.objects import DEFAULT_CONTENT_TYPE, StoredObject

_CHUNK = 1 << 20
_Crc = Callable[[bytes, int], int]


@dataclass(frozen=True)
class Record:
    """An object's metadata and the time stamp of the very file it was written for."""

    stored: StoredObject
    mtime_ns: int

    def fits(self, place: Path | str) -> bool:
        """Tell whether the file is still the one described here."""
        status = os.stat(place)  # noqa: PTH116 - a listing asks for a thousand
        return (status.st_size, status.st_mtime_ns) == (self.stored.size, self.mtime_ns)


def digest_bytes(data: bytes) -> tuple[str, int]:
    """Return the upper-case MD5 and the CRC-64/ECMA-182 (reflected) of the bytes."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest().upper(), _crc64()(data, 0)


def read_record(path: Path) -> Record | None:
    """Return the record, None when there is none that can be read."""
    try:
        fields: dict[str, Any] = read_json(path)
        mtime_ns = int(fields.pop("mtime_ns"))
        fields["last_modified"] = datetime.fromisoformat(fields["last_modified"])
        return Record(StoredObject(**fields), mtime_ns)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def write_record(path: Path, record: Record) -> None:
    """Write the record in one step."""
    fields = vars(record.stored) | {
        "mtime_ns": record.mtime_ns,
        "last_modified": record.stored.last_modified.isoformat(),
    }
    replace_json(path, fields)


def describe_file(bucket: str, key: str, place: Path) -> Record:
    """Describe a file that came without a record, as a mount leaves them."""
    status = place.stat()
    etag, crc64 = _digest_file(place)
    stored = StoredObject(
        bucket=bucket,
        key=key,
        size=status.st_size,
        etag=etag,
        crc64=crc64,
        last_modified=datetime.fromtimestamp(status.st_mtime, timezone.utc),
        content_type=mimetypes.guess_type(key)[0] or DEFAULT_CONTENT_TYPE,
    )
    return Record(stored, status.st_mtime_ns)


def with_tags(record: Record, tags: dict[str, str]) -> Record:
    """Return the record with other tags."""
    return replace(record, stored=replace(record.stored, tags=tags))


def _digest_file(place: Path) -> tuple[str, int]:
    md5, crc_of, crc = hashlib.md5(usedforsecurity=False), _crc64(), 0
    with place.open("rb") as file:
        while chunk := file.read(_CHUNK):
            md5.update(chunk)
            crc = crc_of(chunk, crc)
    return md5.hexdigest().upper(), crc


@functools.cache
def _crc64() -> _Crc:
    # The polynomial and bit order of the header x-oss-hash-crc64ecma.
    made: _Crc = mkCrcFun(0x142F0E1EBA9EA3693, initCrc=0, xorOut=0xFFFFFFFFFFFFFFFF, rev=True)
    return made

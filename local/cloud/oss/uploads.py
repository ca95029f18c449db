"""Uploads in parts, kept on disk until they are completed or aborted."""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

from local.cloud.files import read_json, replace_bytes, replace_json
from local.cloud.oss.calls import Described
from local.cloud.oss.errors import (
    EntityTooSmallError,
    FileAlreadyExistsError,
    InvalidPartError,
    InvalidPartOrderError,
    NoSuchKeyError,
    NoSuchUploadError,
)
from local.cloud.oss.objects import MULTIPART_EVENT, StoredObject
from local.cloud.oss.records import digest_bytes
from local.cloud.oss.store import BucketStore

_SMALLEST_PART = 100 * 1024
_PART_FILE = re.compile(r"\d{5}", re.ASCII)
_UPLOAD_ID = re.compile(r"[0-9A-F]{32}")


@dataclass(frozen=True)
class UploadedPart:
    """One part as it lies on disk."""

    number: int
    etag: str
    size: int
    modified_at: datetime


@dataclass(frozen=True)
class Part:
    """One part as the caller names it when completing."""

    number: int
    etag: str


class Uploads:
    """The unfinished uploads of a store."""

    def __init__(self, store: BucketStore) -> None:
        self._store = store

    def begin(self, bucket: str, key: str, description: Described, *, forbid: bool) -> str:
        """Return a new upload's id; FileAlreadyExistsError if forbidden and the key is taken."""
        if forbid and not self._store.versioning(bucket) and self._taken(bucket, key):
            raise FileAlreadyExistsError(details={"Key": key})
        upload_id = secrets.token_hex(16).upper()
        folder = self._store.uploads_folder(bucket) / upload_id
        about = {"key": key, "forbid": forbid, "description": asdict(description)}
        replace_json(folder / "upload.json", about)
        return upload_id

    def add_part(
        self, bucket: str, key: str, upload_id: str, number: int, data: bytes
    ) -> tuple[str, int]:
        """Store a part; return its ETag and CRC-64."""
        folder = self._folder(bucket, key, upload_id)
        replace_bytes(folder / f"{number:05d}", data)
        return digest_bytes(data)

    def parts(self, bucket: str, key: str, upload_id: str) -> list[UploadedPart]:
        """Return the parts uploaded so far by number."""
        folder = self._folder(bucket, key, upload_id)
        found = sorted(path for path in folder.iterdir() if _PART_FILE.fullmatch(path.name))
        return [_uploaded(path) for path in found]

    def all(self, bucket: str) -> list[tuple[str, str, datetime]]:
        """Return key, id and beginning of every unfinished upload of a bucket."""
        found = []
        for path in self._store.uploads_folder(bucket).glob("*/upload.json"):
            with contextlib.suppress(FileNotFoundError):  # completed or aborted meanwhile
                key, begun_at = read_json(path)["key"], _modified_at(path)
                found.append((key, path.parent.name, begun_at))
        return found

    def complete(
        self,
        bucket: str,
        key: str,
        upload_id: str,
        parts: Sequence[Part],
        *,
        forbid: bool,
        request_id: str,
    ) -> StoredObject:
        """Write the object from its parts and forget the upload."""
        folder = self._folder(bucket, key, upload_id)
        about = read_json(folder / "upload.json")
        pieces = _read_parts(folder, parts)
        # OSS does not say how it makes this ETag, only that it is not the MD5 of the bytes.
        joint = hashlib.md5("".join(each.etag for each in parts).encode(), usedforsecurity=False)
        stored = self._store.put(
            bucket,
            key,
            b"".join(pieces),
            **about["description"],
            forbid_overwrite=forbid or about["forbid"],
            event_name=MULTIPART_EVENT,
            request_id=request_id,
            etag=f"{joint.hexdigest().upper()}-{len(parts)}",
            object_type="Multipart",
        )
        shutil.rmtree(folder, ignore_errors=True)
        return stored

    def abort(self, bucket: str, key: str, upload_id: str) -> None:
        """Forget an upload and its parts."""
        shutil.rmtree(self._folder(bucket, key, upload_id), ignore_errors=True)

    def _taken(self, bucket: str, key: str) -> bool:
        try:
            self._store.head(bucket, key)
        except NoSuchKeyError:
            return False
        return True

    def _folder(self, bucket: str, key: str, upload_id: str) -> Path:
        folder = self._store.uploads_folder(bucket) / upload_id
        if not _UPLOAD_ID.fullmatch(upload_id) or not (folder / "upload.json").is_file():
            raise NoSuchUploadError(details={"UploadId": upload_id})
        about = read_json(folder / "upload.json")
        if about["key"] != key:
            raise NoSuchUploadError(details={"UploadId": upload_id})
        return folder


def _uploaded(path: Path) -> UploadedPart:
    data = path.read_bytes()
    return UploadedPart(int(path.name), digest_bytes(data)[0], len(data), _modified_at(path))


def _modified_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, timezone.utc)


def _read_parts(folder: Path, parts: Sequence[Part]) -> list[bytes]:
    numbers = [part.number for part in parts]
    if not numbers:
        raise InvalidPartError
    if numbers != sorted(set(numbers)):
        raise InvalidPartOrderError
    pieces = [_read_part(folder, part) for part in parts]
    if any(len(piece) < _SMALLEST_PART for piece in pieces[:-1]):
        raise EntityTooSmallError
    return pieces


def _read_part(folder: Path, part: Part) -> bytes:
    try:
        data = (folder / f"{part.number:05d}").read_bytes()
    except FileNotFoundError as error:
        raise InvalidPartError(details={"PartNumber": str(part.number)}) from error
    if digest_bytes(data)[0] != part.etag.upper():
        raise InvalidPartError(details={"PartNumber": str(part.number)})
    return data

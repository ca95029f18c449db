"""Buckets as folders: every object is a file one can look into, and survives a restart."""

from __future__ import annotations

import contextlib
import logging
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from local.cloud.files import replace_bytes
from local.cloud.oss.documents import iso_seconds
from local.cloud.oss.errors import (
    FileAlreadyExistsError,
    InvalidArgumentError,
    NoSuchBucketError,
    NoSuchKeyError,
)
from local.cloud.oss.layout import BucketLayout, key_digest
from local.cloud.oss.listing import decode_token, encode_token, is_common_prefix, page_items
from local.cloud.oss.objects import PUT_EVENT, ListPage, ObjectEvent, StoredObject
from local.cloud.oss.records import (
    Record,
    describe_file,
    digest_bytes,
    read_record,
    with_tags,
    write_record,
)

_LOGGER = logging.getLogger(__name__)
_LOCKS = 64
# What others' files hold is kept where reading it once more takes time; bytes.
_QUICKLY_READ = 65_536
_MOST_KNOWN = 50_000
_VERSIONING_STATES = ("", "Enabled", "Suspended")


def utc_now() -> datetime:
    """Return the time of the system's clock."""
    return datetime.now(timezone.utc)


class BucketStore:
    """The objects of some buckets below one folder; one process at a time owns the folder.

    Calls may come from many threads. A file that another program puts into a bucket's folder is
    an object too, described by its name and bytes alone.
    """

    def __init__(
        self,
        root: Path,
        buckets: Sequence[str],
        *,
        versioning: Mapping[str, str] | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.buckets: tuple[str, ...] = ()
        self._root = root
        self._layouts: dict[str, BucketLayout] = {}
        for bucket in buckets:
            self.add(bucket)
        self._scratch_folder = root / ".meta" / "scratch"
        self._scratch_folder.mkdir(parents=True, exist_ok=True)
        self._locks = [threading.Lock() for _ in range(_LOCKS)]
        self._clock = clock
        self._listeners: list[Callable[[ObjectEvent], object]] = []
        self._suppliers: dict[str, Callable[[str], None]] = {}
        self._known: dict[tuple[str, str], Record] = {}
        for bucket, state in (versioning or {}).items():
            self.set_versioning(bucket, state)

    def add(self, bucket: str) -> None:
        """Have one more bucket, with what its folder holds."""
        self._layouts[bucket] = BucketLayout(self._root, bucket)
        self.buckets = tuple(self._layouts)

    def folder(self, bucket: str) -> Path:
        """Return the folder that a mount of the bucket shows."""
        return self._layout(bucket).plain

    def uploads_folder(self, bucket: str) -> Path:
        """Return the folder for parts of unfinished uploads."""
        return self._layout(bucket).uploads

    def meta_folder(self, bucket: str) -> Path:
        """Return the folder for what a bucket is set to."""
        return self._layout(bucket).meta

    def put(
        self,
        bucket: str,
        key: str,
        data: bytes,
        *,
        forbid_overwrite: bool = False,
        event_name: str = PUT_EVENT,
        request_id: str = "",
        etag: str = "",
        **about: Any,
    ) -> StoredObject:
        """Write an object; FileAlreadyExistsError if forbidden to overwrite and it is there.

        As in OSS, forbidding means nothing while the bucket's versioning is on or suspended.
        `about`: content_type, metadata, headers, tags, object_type, as a StoredObject has them.
        """
        md5, crc64 = digest_bytes(data)
        stored = StoredObject(
            bucket=bucket,
            key=key,
            size=len(data),
            etag=etag or md5,
            crc64=crc64,
            last_modified=self._clock(),
            **about,
        )
        self._commit(stored, data, create=forbid_overwrite and not self.versioning(bucket))
        self._tell(stored, event_name, request_id)
        return stored

    def get(self, bucket: str, key: str) -> tuple[StoredObject, bytes]:
        """Return an object with its bytes, or raise NoSuchKeyError."""
        layout = self._layout(bucket)
        with self._lock(key):
            place, record = self._load(layout, bucket, key)
            return record.stored, place.read_bytes()

    def head(self, bucket: str, key: str) -> StoredObject:
        """Return an object without its bytes, or raise NoSuchKeyError."""
        layout = self._layout(bucket)
        with self._lock(key):
            return self._load(layout, bucket, key)[1].stored

    def delete(self, bucket: str, key: str) -> None:
        """Remove an object; nothing happens when there is none."""
        layout = self._layout(bucket)
        with self._lock(key):
            place = layout.find(key)
            if place is not None:
                layout.discard(place)
            layout.record_path(key).unlink(missing_ok=True)

    def set_tags(self, bucket: str, key: str, tags: Mapping[str, str]) -> None:
        """Replace the tags of an object, or raise NoSuchKeyError."""
        layout = self._layout(bucket)
        with self._lock(key):
            _, record = self._load(layout, bucket, key)
            write_record(layout.record_path(key), with_tags(record, dict(tags)))

    def list_page(
        self,
        bucket: str,
        prefix: str = "",
        *,
        start_after: str = "",
        continuation: str = "",
        delimiter: str = "",
        max_keys: int = 100,
    ) -> ListPage:
        """Return one page in the order of the keys' UTF-8 bytes."""
        after_item = decode_token(continuation)
        items, more = page_items(
            self._layout(bucket).keys(prefix, after=max(start_after, after_item)),
            prefix=prefix,
            delimiter=delimiter,
            start_after=start_after,
            after_item=after_item,
            max_keys=max_keys,
        )
        prefixes = [
            item for item in items if is_common_prefix(item, prefix=prefix, delimiter=delimiter)
        ]
        rolled_up = set(prefixes)
        keys = [item for item in items if item not in rolled_up]
        return ListPage(
            objects=tuple(self._heads(bucket, keys)),
            prefixes=tuple(prefixes),
            next_token=encode_token(items[-1]) if more and items else "",
        )

    def subscribe(self, listener: Callable[[ObjectEvent], object]) -> None:
        """Call the listener after every write, in the writer's thread and outside all locks."""
        self._listeners.append(listener)

    def supply(self, bucket: str, supplier: Callable[[str], None]) -> None:
        """Have a key that a bucket lacks be brought by the supplier, as a file in its folder."""
        self._suppliers[bucket] = supplier

    def versioning(self, bucket: str) -> str:
        """Return "", "Enabled" or "Suspended"."""
        try:
            return (self._layout(bucket).meta / "versioning").read_text(encoding="ascii")
        except FileNotFoundError:
            return ""

    def set_versioning(self, bucket: str, state: str) -> None:
        """Set the versioning state; no versions are kept, only the state's effect on creating."""
        if state not in _VERSIONING_STATES:
            raise InvalidArgumentError(f"No versioning state is called {state!r}.")
        replace_bytes(self._layout(bucket).meta / "versioning", state.encode())

    def _commit(self, stored: StoredObject, data: bytes, *, create: bool) -> None:
        layout = self._layout(stored.bucket)
        scratch = self._scratch_folder / secrets.token_hex(12)
        try:
            scratch.write_bytes(data)
            record = Record(stored, scratch.stat().st_mtime_ns)
            with self._lock(stored.key):
                layout.commit(scratch, stored.key, create=create)
                write_record(layout.record_path(stored.key), record)
        except FileExistsError as error:
            raise FileAlreadyExistsError(details={"Key": stored.key}) from error
        finally:
            scratch.unlink(missing_ok=True)

    def _load(self, layout: BucketLayout, bucket: str, key: str) -> tuple[Path, Record]:
        place = layout.find(key)
        if place is None and bucket in self._suppliers:
            self._suppliers[bucket](key)
            place = layout.find(key)
        if place is None:
            raise NoSuchKeyError(details={"Key": key})
        record = read_record(layout.record_path(key))
        if record is None or not record.fits(place):
            record = describe_file(bucket, key, place)
            if record.stored.size > _QUICKLY_READ:
                write_record(layout.record_path(key), record)
        if str(place) == f"{layout.plain}/{key}":
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[bucket, key] = record
        return place, record

    def _heads(self, bucket: str, keys: Sequence[str]) -> list[StoredObject]:
        layout, found = self._layout(bucket), []
        for key in keys:
            with contextlib.suppress(NoSuchKeyError, FileNotFoundError):  # deleted meanwhile
                found.append(self._unchanged(layout, bucket, key) or self.head(bucket, key))
        return found

    def _unchanged(self, layout: BucketLayout, bucket: str, key: str) -> StoredObject | None:
        """Return what was read of a file before, if it is still the same file."""
        known = self._known.get((bucket, key))
        with contextlib.suppress(OSError):
            return known.stored if known and known.fits(f"{layout.plain}/{key}") else None
        return None

    def _tell(self, stored: StoredObject, event_name: str, request_id: str) -> None:
        event = ObjectEvent(
            bucket=stored.bucket,
            key=stored.key,
            size=stored.size,
            etag=stored.etag,
            event_name=event_name,
            time_iso=iso_seconds(stored.last_modified),
            request_id=request_id or new_request_id(),
        )
        for listener in tuple(self._listeners):
            _call(listener, event)

    def _layout(self, bucket: str) -> BucketLayout:
        try:
            return self._layouts[bucket]
        except KeyError:
            raise NoSuchBucketError(details={"BucketName": bucket}) from None

    def _lock(self, key: str) -> threading.Lock:
        return self._locks[int(key_digest(key)[:8], 16) % _LOCKS]


def _call(listener: Callable[[ObjectEvent], object], event: ObjectEvent) -> None:
    try:
        listener(event)
    except Exception:  # a listener is the caller's; the write has happened whatever it raises
        _LOGGER.exception("oss.listener_failed", extra={"object_key": event.key})


def new_request_id() -> str:
    """Return a request id in the form OSS uses."""
    return secrets.token_hex(12).upper()

"""A bucket in memory."""

from __future__ import annotations

import bisect
import functools
import hashlib
import sys
import threading
from collections import UserDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from shared.core.errors import PayloadTooLargeError, UpstreamRejectedError
from shared.ports import ObjectInfo, ObjectPage, ObjectPart, SignedForm, SignedUrl
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Faults

if TYPE_CHECKING:
    from shared.ports import Clock

_OCTETS = "application/octet-stream"
_KEY_BYTES = 1023
_LAST = chr(sys.maxunicode)


@dataclass(frozen=True)
class StoredObject:
    """What lies under a key."""

    data: bytes
    content_type: str
    modified_at: datetime
    encoding: str = ""

    @functools.cached_property
    def etag(self) -> str:
        """Return what OSS makes of the bytes of a simple upload."""
        return hashlib.md5(self.data, usedforsecurity=False).hexdigest().upper()


class StoredObjects(UserDict[str, StoredObject]):
    """Objects by key, the keys also kept in order, so that listing a few reads only those."""

    def __init__(self) -> None:
        super().__init__()
        self._order: list[str] = []

    def __setitem__(self, key: str, value: StoredObject) -> None:
        """Put it there."""
        if key not in self.data:
            bisect.insort(self._order, key)
        self.data[key] = value

    def __delitem__(self, key: str) -> None:
        """Take it away."""
        del self.data[key]
        del self._order[bisect.bisect_left(self._order, key)]

    def under(self, prefix: str) -> list[str]:
        """Return the keys that begin with the prefix, in order."""
        first = bisect.bisect_left(self._order, prefix)
        return self._order[first : bisect.bisect_left(self._order, prefix + _LAST, first)]


class FakeObjectStore:
    """`ports.ObjectStore`; `objects` may be read and changed by a test at will."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or FakeClock()
        self._lock = threading.Lock()
        self._faults = Faults()
        self.objects = StoredObjects()

    def fail(
        self,
        operation: str,
        error: BaseException,
        *,
        times: int = 1,
        key: str = "",
        after: bool = False,
    ) -> None:
        """Raise at the next `times`; with `after`, when the work is done and the answer lost."""
        self._faults.plan(operation, error, times=times, about=key, after=after)

    def keys(self, prefix: str = "") -> list[str]:
        """Return the keys under a prefix, in order."""
        return self.objects.under(prefix)

    def get(self, key: str, *, max_bytes: int | None = None) -> bytes | None:
        """Return the bytes, None when absent; PayloadTooLargeError above max_bytes."""
        _check_key(key)
        with self._faults.around("get", key):
            found = self.objects.get(key)
        if found is None:
            return None
        if max_bytes is not None and len(found.data) > max_bytes:
            msg = f"{key}: more than {max_bytes} bytes"
            raise PayloadTooLargeError(msg)
        return found.data

    def read_range(self, key: str, start: int, length: int) -> ObjectPart | None:
        """Return at most `length` bytes from `start` on, none behind the end; None when absent."""
        with self._faults.around("read_range", key):
            found = self.objects.get(key)
        if found is None:
            return None
        return ObjectPart(found.data[start : start + length], len(found.data), found.etag)

    def head(self, key: str) -> ObjectInfo | None:
        """Return size, time and etag, None when absent."""
        _check_key(key)
        with self._faults.around("head", key):
            found = self.objects.get(key)
            if found is None:
                return None
            return replace(self._info(key), etag=found.etag, encoding=found.encoding)

    def put(self, key: str, data: bytes, *, content_type: str = _OCTETS) -> None:
        """Write, replacing what is there."""
        with self._faults.around("put", key), self._lock:
            self._store(key, data, content_type)

    def create(self, key: str, data: bytes, *, content_type: str = _OCTETS) -> bool:
        """Write if absent; False when an object with other bytes is there."""
        with self._faults.around("create", key), self._lock:
            if key in self.objects:
                return self.objects[key].data == data
            self._store(key, data, content_type)
            return True

    def delete(self, key: str) -> None:
        """Remove; absent is fine."""
        with self._faults.around("delete", key), self._lock:
            self.objects.pop(key, None)

    def page(self, prefix: str, *, after: str = "", limit: int = 1000) -> ObjectPage:
        """List keys in order, those behind `after`."""
        with self._faults.around("page", prefix), self._lock:
            keys = self.keys(prefix)
            first = bisect.bisect_right(keys, after)
            items = tuple(self._info(key) for key in keys[first : first + limit])
        more = len(keys) > first + limit
        return ObjectPage(items, next_after=items[-1].key if more else "")

    def sign(self, key: str, *, seconds: int) -> SignedUrl:
        """Return a link that looks like one."""
        expires_at = self._clock.now() + timedelta(seconds=seconds)
        url = f"https://bucket.test/{quote(key)}?expires={int(expires_at.timestamp())}"
        return SignedUrl(url=url, expires_at=expires_at)

    def post_form(self, key: str, *, size: int, media_type: str, seconds: int) -> SignedForm:
        """Return a form that looks like one."""
        expires_at = self._clock.now() + timedelta(seconds=seconds)
        fields = {"key": key, "content-type": media_type, "policy": f"{size} bytes"}
        return SignedForm("https://bucket.test/", fields, expires_at)

    def _store(self, key: str, data: bytes, content_type: str) -> None:
        _check_key(key)
        self.objects[key] = StoredObject(data, content_type, self._clock.now())

    def _info(self, key: str) -> ObjectInfo:
        found = self.objects[key]
        return ObjectInfo(key=key, size=len(found.data), modified_at=found.modified_at)


def _check_key(key: str) -> None:
    if len(key.encode()) > _KEY_BYTES:
        msg = f"object storage: 400 InvalidObjectName for {key}"
        raise UpstreamRejectedError(msg)

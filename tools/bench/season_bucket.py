"""Buckets in memory for the bench of campaigns: sorted keys, counted requests."""

from __future__ import annotations

import bisect
from collections import Counter
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from shared.ports import ObjectInfo, ObjectPage

if TYPE_CHECKING:
    from collections.abc import Mapping

_START = datetime(2026, 11, 23, 2, tzinfo=timezone.utc)


class SortedBucket:
    """A bucket in memory with its keys in order, as a listing needs them."""

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._objects: dict[str, tuple[bytes, datetime]] = {}
        self.now = _START

    def get(self, key: str, *, max_bytes: int | None = None) -> bytes | None:
        found = self._objects.get(key)
        return found[0] if found else None

    def head(self, key: str) -> ObjectInfo | None:
        return self._info(key) if key in self._objects else None

    def put(self, key: str, data: bytes, *, content_type: str = "") -> None:
        if key not in self._objects:
            bisect.insort(self._keys, key)
        self._objects[key] = (data, self.now)

    def create(self, key: str, data: bytes, *, content_type: str = "") -> bool:
        if key in self._objects:
            return self._objects[key][0] == data
        self.put(key, data)
        return True

    def delete(self, key: str) -> None:
        if self._objects.pop(key, None):
            self._keys.pop(bisect.bisect_left(self._keys, key))

    def page(self, prefix: str, *, after: str = "", limit: int = 1000) -> ObjectPage:
        start = bisect.bisect_left(self._keys, prefix)
        if after >= prefix:
            start = bisect.bisect_right(self._keys, after)
        found = self._keys[start : start + limit + 1]
        own = [key for key in found if key.startswith(prefix)]
        items = tuple(map(self._info, own[:limit]))
        return ObjectPage(items, next_after=items[-1].key if len(own) > limit else "")

    def _info(self, key: str) -> ObjectInfo:
        data, at = self._objects[key]
        return ObjectInfo(key=key, size=len(data), modified_at=at)


class Apart:
    """A bucket in two: what a campaign writes lies apart, so that its memory can be told."""

    def __init__(self, jobs: SortedBucket) -> None:
        self.jobs, self.own = jobs, SortedBucket()

    def __getattr__(self, name: str) -> Any:
        def chosen(key: str, *arguments: Any, **options: Any) -> Any:
            bucket = self.own if key.startswith("campaigns/") else self.jobs
            return getattr(bucket, name)(key, *arguments, **options)

        return chosen

    def written(self) -> float:
        """Return the MB that a campaign has written."""
        return sum(len(data) for data, _ in self.own._objects.values()) / 1e6


class Counted:
    """A bucket, and how often it was asked for what."""

    def __init__(self, bucket: Any) -> None:
        self.bucket, self.counts = bucket, Counter[str]()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.bucket, name)

        def counted(*arguments: Any, **options: Any) -> Any:
            self.counts[name] += 1
            return found(*arguments, **options)

        return counted


class Started:
    """Takes invocations and does nothing about them."""

    def __init__(self) -> None:
        self.count = 0

    def invoke(self, function: str, payload: Mapping[str, str], *, task_id: str) -> None:
        self.count += 1

"""Buckets and a platform in memory, and buckets served from a folder, for what is measured."""

import bisect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

from local.cloud.identity import keys
from local.cloud.oss.app import create_oss_app
from local.cloud.oss.store import BucketStore
from local.cloud.serving import LoopbackServer
from shared.adapters.oss_object_store import OssObjectStore
from shared.ports import ObjectInfo, ObjectPage, ObjectPart
from tools.chaos.reaching import bucket

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

    def written(self) -> float:
        """Return how many MB lie here."""
        return sum(len(data) for data, _ in self._objects.values()) / 1e6

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


class Forgetful(SortedBucket):
    """A state bucket that keeps only what is small, so that it stays small; it lists nothing."""

    def put(self, key: str, data: bytes, *, content_type: str = "") -> None:
        if not key.startswith(("jobs/", "open/", "drivers/", "driver-uploads/")):
            super().put(key, data)

    def create(self, key: str, data: bytes, *, content_type: str = "") -> bool:
        if "/cursor/" in key:
            for old in [each for each in self._keys if "/cursor/" in each]:
                self.delete(old)
            super().put(key, data)
        return True

    def page(self, prefix: str, *, after: str = "", limit: int = 1000) -> ObjectPage:
        return ObjectPage(())


class FileMount(SortedBucket):
    """A mount with one file on a disk, read by ranges; reports are dropped."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path, self.size = path, path.stat().st_size

    def head(self, key: str) -> ObjectInfo | None:
        return ObjectInfo(key, self.size, datetime.now(timezone.utc), "E")

    def read_range(self, key: str, start: int, length: int) -> ObjectPart | None:
        with self._path.open("rb") as file:
            file.seek(start)
            return ObjectPart(file.read(length), self.size, "E")

    def put(self, key: str, data: bytes, *, content_type: str = "") -> None:
        pass


class Platform:
    """Accepts invocations and runs none."""

    def invoke(self, function: str, payload: Mapping[str, str], *, task_id: str) -> None:
        pass


class Counted:
    """A bucket or platform, and how often it was asked for what."""

    def __init__(self, asked: Any, counts: Counter[str] | None = None) -> None:
        self.asked = asked
        self.counts = Counter[str]() if counts is None else counts

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.asked, name)

        def counted(*arguments: Any, **options: Any) -> Any:
            self.counts[name] += 1
            return found(*arguments, **options)

        return counted


@contextmanager
def loopback_stores(folder: Path, names: list[str]) -> Iterator[Callable[[str], OssObjectStore]]:
    """Serve buckets of these names from a folder; yield what opens one."""
    app = create_oss_app(
        BucketStore(folder, names),
        keys={keys.ACCESS_KEY_ID: keys.ACCESS_KEY_SECRET},
        region=keys.REGION,
        clock=lambda: datetime.now(timezone.utc),
    )
    with LoopbackServer(app) as server:
        yield partial(bucket, server.url, timeout=10, deadline=30)

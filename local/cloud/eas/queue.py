"""A queue of small files: indexes are never reused, leases end with their consumer."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from local.cloud.eas.errors import PayloadTooLargeError, QueueFullError
from local.cloud.eas.item import REQUEST_ID_TAG, QueueItem, Standing, load_item, save_item
from local.cloud.files import read_json, replace_json

NEWEST = -1


class DurableQueue:
    """Items under one folder, one file each; every method is thread-safe.

    First in, first out for consumers, priority 1 before priority 0; pages are in index order.
    An item whose last delivery was lost is moved to the folder `dropped`.
    """

    def __init__(
        self,
        root: Path,
        *,
        max_items: int = 1000,
        max_payload_bytes: int = 8192,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.max_items = max_items
        self.max_payload_bytes = max_payload_bytes
        self._root = root
        self._clock = clock
        self._lock = threading.RLock()
        root.mkdir(parents=True, exist_ok=True)
        loaded = sorted((load_item(path) for path in root.glob("*.json")), key=lambda i: i.index)
        self._items = {item.index: item for item in loaded}
        path = root / "next_index"
        stored = int(read_json(path)) if path.exists() else 1
        self._next_index = max(stored, *(i.index + 1 for i in loaded), 1)

    def put(
        self,
        data: bytes,
        tags: Mapping[str, str],
        *,
        priority: int = 0,
        request_id: str | None = None,
    ) -> QueueItem:
        """Append an item; raise PayloadTooLargeError or QueueFullError."""
        if len(data) > self.max_payload_bytes:
            msg = f"{len(data)} bytes exceed the limit of {self.max_payload_bytes}"
            raise PayloadTooLargeError(msg)
        marked = {**tags, REQUEST_ID_TAG: request_id or str(uuid.uuid4())}
        with self._lock:
            if not self.has_room():
                raise QueueFullError(f"the queue holds {self.max_items} items, its limit")
            item = QueueItem(self._take_index(), marked, data, priority, self._clock())
            self._store(item)
            return item

    def page(
        self, *, index: int = 0, length: int = 1, tags: Mapping[str, str] | None = None
    ) -> list[QueueItem]:
        """Return up to `length` items from `index` on, in index order; -1 is the newest alone."""
        with self._lock:
            found = [item for item in self._ordered() if item.matches(tags or {})]
        if index == NEWEST:
            return found[-1:]
        return [item for item in found if item.index >= index][: max(length, 0)]

    def remove(self, indexes: Iterable[int]) -> int:
        """Delete or commit these items; return how many there were."""
        with self._lock:
            present = [index for index in indexes if self._items.pop(index, None)]
            for index in present:
                self._path(index).unlink(missing_ok=True)
            return len(present)

    def truncate(self, before: int) -> int:
        """Delete every item with an index below `before`; return how many there were."""
        with self._lock:
            return self.remove([index for index in self._items if index < before])

    def search(self, index: int) -> Standing | None:
        """Tell where an item stands; None when it is gone."""
        with self._lock:
            item = self._items.get(index)
            if item is None:
                return None
            waiting = [one.index for one in self._waiting()]
            return Standing(item.owner, waiting.index(index) if index in waiting else 0)

    def count(self, *, priority: int | None = None, tags: Mapping[str, str] | None = None) -> int:
        """Count the items with this priority and these tags."""
        with self._lock:
            found = [item for item in self._items.values() if item.matches(tags or {})]
        return sum(priority is None or item.priority == priority for item in found)

    def attributes(self) -> dict[str, str]:
        """Return the `stream.*` attributes and the payload limit, all as text."""
        with self._lock:
            indexes = [item.index for item in self._ordered()] or [0]
            return {
                "meta.maxPayloadBytes": str(self.max_payload_bytes),
                "stream.length": str(len(self._items)),
                "stream.approxMaxLength": str(self.max_items),
                "stream.firstEntry": str(indexes[0]),
                "stream.lastEntry": str(indexes[-1]),
            }

    def has_room(self) -> bool:
        """Tell whether one more item fits."""
        with self._lock:
            return len(self._items) < self.max_items

    def lease(self, owner: str) -> QueueItem | None:
        """Give the next waiting item to a consumer; it stays in the queue until removed."""
        with self._lock:
            waiting = self._waiting()
            if not waiting:
                return None
            item = replace(waiting[0], owner=owner, deliveries=waiting[0].deliveries + 1)
            self._store(item)
            return item

    def release(
        self, *, owner: str | None = None, indexes: Iterable[int] | None = None, max_delivery: int
    ) -> list[QueueItem]:
        """Take leased items back (of one owner, or everyone's; of some indexes, or all).

        They wait again at their old places. Return the ones dropped instead, because they
        were delivered `max_delivery` times.
        """
        wanted = None if indexes is None else set(indexes)
        with self._lock:
            lost = [
                item
                for item in self._ordered()
                if item.owner
                and (owner is None or item.owner == owner)
                and (wanted is None or item.index in wanted)
            ]
            dropped = [item for item in lost if item.deliveries >= max_delivery]
            for item in lost:
                self._store(replace(item, owner=""))
            for item in dropped:
                self._drop(item.index)
            return dropped

    def _ordered(self) -> list[QueueItem]:
        return [self._items[index] for index in sorted(self._items)]

    def _waiting(self) -> list[QueueItem]:
        free = [item for item in self._items.values() if not item.owner]
        return sorted(free, key=lambda item: (-item.priority, item.index))

    def _take_index(self) -> int:
        index = self._next_index
        self._next_index = index + 1
        # The counter first: a crash then leaves a gap, never an index used twice.
        replace_json(self._root / "next_index", self._next_index)
        return index

    def _store(self, item: QueueItem) -> None:
        self._items[item.index] = item
        save_item(self._path(item.index), item)

    def _drop(self, index: int) -> None:
        grave = self._root / "dropped"
        grave.mkdir(exist_ok=True)
        self._path(index).replace(grave / self._path(index).name)
        del self._items[index]

    def _path(self, index: int) -> Path:
        return self._root / f"{index:012d}.json"

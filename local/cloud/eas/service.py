"""One asynchronous service: its input queue, its sink queue, its consumers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from local.cloud.eas.errors import PayloadTooLargeError
from local.cloud.eas.item import QueueItem
from local.cloud.eas.queue import DurableQueue

# Clients learn these names from the attributes; the last one is ours, none being published.
USER_HEADER = "X-EAS-QueueService-Redis-Uid"
GROUP_HEADER = "X-EAS-QueueService-Redis-Gid"
PRIORITY_HEADER = "X-EAS-QueueService-Priority"
# Set by the platform when the answer of the inference container was not a 200.
LAST_CODE_TAG = "lastCode"
_TOO_LARGE = b'{"error":"the answer exceeds the payload limit of the sink queue"}'


@dataclass(frozen=True)
class RunOutcome:
    """What the inference container answered to one item."""

    status: int
    body: bytes


class EasService:
    """Both queues under one folder; every method is thread-safe."""

    def __init__(
        self,
        root: Path,
        name: str,
        *,
        sink_max_items: int = 1000,
        input_max_items: int = 1000,
        max_payload_bytes: int = 8192,
        max_delivery: int = 2,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self.max_delivery = max_delivery
        queue = partial(DurableQueue, max_payload_bytes=max_payload_bytes, clock=clock)
        self.input = queue(root / "input", max_items=input_max_items)
        self.sink = queue(root / "sink", max_items=sink_max_items)
        self._consumers: set[str] = set()
        self._lock = threading.Lock()
        # Whoever held an item before a restart is gone.
        self.input.release(max_delivery=max_delivery)

    def attributes(self, queue: DurableQueue) -> dict[str, str]:
        """Return the attributes of one of the two queues."""
        meta = {
            "meta.backend": "files",
            "meta.name": self.name if queue is self.input else f"{self.name}/sink",
            "meta.state": "Normal",
            "meta.header.user": USER_HEADER,
            "meta.header.group": GROUP_HEADER,
            "meta.header.priority": PRIORITY_HEADER,
        }
        with self._lock:
            names = sorted(self._consumers) if queue is self.input else []
        rows = {f"consumers.list.[{n}]": _row(queue, name) for n, name in enumerate(names)}
        total = {"consumers.stats.total": str(len(names))}
        return {**meta, **queue.attributes(), **total, **rows}

    def join(self, consumer: str) -> None:
        """Count a consumer in."""
        with self._lock:
            self._consumers.add(consumer)

    def leave(self, consumer: str) -> list[QueueItem]:
        """Count a consumer out; what it holds is redelivered, or returned when dropped."""
        with self._lock:
            self._consumers.discard(consumer)
        return self.release(consumer)

    def take(self, consumer: str) -> QueueItem | None:
        """Lease the next input item, unless the sink is full (the platform's back-pressure)."""
        return self.input.lease(consumer) if self.sink.has_room() else None

    def release(self, consumer: str) -> list[QueueItem]:
        """Give back what a consumer holds; return the items dropped."""
        return self.input.release(owner=consumer, max_delivery=self.max_delivery)

    def answer(self, item: QueueItem, outcome: RunOutcome) -> None:
        """Write what the outcome has to the sink, commit the input item; raise QueueFullError."""
        if outcome.body:
            self._write_sink(item, outcome)
        self.input.remove([item.index])

    def _write_sink(self, item: QueueItem, outcome: RunOutcome) -> None:
        tags = dict(item.tags)
        if outcome.status != 200:
            tags[LAST_CODE_TAG] = str(outcome.status)
        try:
            self.sink.put(outcome.body, tags, request_id=item.request_id)
        except PayloadTooLargeError:
            # Assumed: nothing public says what becomes of an answer that does not fit.
            self.sink.put(_TOO_LARGE, {**tags, LAST_CODE_TAG: "413"}, request_id=item.request_id)


def _row(queue: DurableQueue, consumer: str) -> str:
    held = [item.index for item in queue.page(length=queue.max_items) if item.owner == consumer]
    index = max(held, default=0)
    return (
        f"Id: {consumer}, Index: {index}, Pending: {len(held)}, Status: Running, "
        f"Window: 1, Slots: {1 - min(len(held), 1)}, AutoCommit: false"
    )

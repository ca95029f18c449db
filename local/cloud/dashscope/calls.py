"""Remember what was asked of the stand-in, so that one can see what left and how often."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict, deque
from typing import Any, Literal

CallKind = Literal["text", "look", "image", "poll", "cancel", "download"]


_BODIES_KEPT = 100


class CallLog:
    """Counts and newest bodies of requests that had the right key, whatever came of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[CallKind] = Counter()
        self._bodies: dict[CallKind, deque[Any]] = defaultdict(lambda: deque(maxlen=_BODIES_KEPT))

    def note(self, kind: CallKind, body: Any = None) -> None:
        """Count a request, and keep its body if it has one."""
        with self._lock:
            self._counts[kind] += 1
            if body is not None:
                self._bodies[kind].append(body)

    def count(self, kind: CallKind) -> int:
        """Return how many requests of a kind arrived."""
        with self._lock:
            return self._counts[kind]

    def bodies(self, kind: CallKind) -> list[Any]:
        """Return the parsed bodies of a kind's newest requests, oldest first, 100 at most."""
        with self._lock:
            return list(self._bodies[kind])

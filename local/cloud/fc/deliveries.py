"""Which asynchronous event runs next: due times, instance caps, and when all is quiet."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from local.cloud.fc.event_files import AsyncEvent


@dataclass(frozen=True)
class Delivery:
    """One run of an event that is waiting; a duplicate is neither retried nor recorded as its end.

    `due` is monotonic seconds. `repeat_after` asks for a duplicate once this one has ended.
    """

    event: AsyncEvent
    due: float = 0.0
    duplicate: bool = False
    repeat_after: bool = False


class Deliveries:
    """A waiting room that lets a function in while it has fewer runs than its cap.

    A function is given by its reference; all its versions share the cap.
    """

    def __init__(self, cap: Callable[[str], int | None]) -> None:
        self._cap = cap
        self._waiting: list[Delivery] = []
        self._running: Counter[str] = Counter()
        self._taken = 0
        self._closed = False
        self._changed = threading.Condition()

    def put(self, *deliveries: Delivery) -> None:
        """Let deliveries wait for their turn."""
        with self._changed:
            self._waiting.extend(deliveries)
            self._changed.notify_all()

    def take(self) -> Delivery | None:
        """Wait for a delivery that may run now; None once closed. Answer it with `done`."""
        with self._changed:
            while not self._closed:
                delivery = self._next()
                if delivery is not None:
                    self._waiting.remove(delivery)
                    self._running[_name(delivery.event.function)] += 1
                    self._taken += 1
                    return delivery
                self._changed.wait(self._pause())
            return None

    def done(self, delivery: Delivery) -> None:
        """Say that a taken delivery has ended."""
        with self._changed:
            self._taken -= 1
        self.leave(delivery.event.function)

    def enter(self, function: str) -> bool:
        """Take a place for a synchronous run; False when the function is at its cap."""
        with self._changed:
            free = self._is_free(function)
            if free:
                self._running[_name(function)] += 1
            return free

    def leave(self, function: str) -> None:
        """Give a place back."""
        with self._changed:
            self._running[_name(function)] -= 1
            self._changed.notify_all()

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until nothing waits or runs; False when that took too long."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._taken, timeout_s)

    def close(self) -> None:
        """Let nobody in any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _next(self) -> Delivery | None:
        now = time.monotonic()
        for delivery in self._waiting:
            if delivery.due <= now and self._is_free(delivery.event.function):
                return delivery
        return None

    def _pause(self) -> float | None:
        now = time.monotonic()
        later = [delivery.due - now for delivery in self._waiting if delivery.due > now]
        return min(later, default=None)

    def _is_free(self, function: str) -> bool:
        cap = self._cap(_name(function))
        return cap is None or self._running[_name(function)] < cap


def _name(reference: str) -> str:
    return reference.partition(".")[0]

"""A bucket in memory at which everything about one item goes wrong, from some request on."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fakes.faults import Faults
from tests.fakes.object_store import FakeObjectStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.fakes.clock import FakeClock

# Where it is written down that an item is bad; that itself works.
_NOTES = ("tries/", "dead/")


@dataclass
class Poison:
    """From the `step`th request about `item` in a run on, `acts` is what happens instead."""

    item: str
    acts: Callable[[], None]
    step: int = 1
    seen: int = 0
    armed: bool = False

    @contextmanager
    def run(self) -> Iterator[None]:
        """Be there for one run: another process, which counts anew."""
        self.seen, self.armed = 0, True
        try:
            yield
        finally:
            self.armed = False

    def touch(self, key: str) -> None:
        """Count a request, and act when it is time."""
        if self.armed and self.item in key and not key.startswith(_NOTES):
            self.seen += 1
            if self.seen >= self.step:
                self.acts()


class _Poisoned(Faults):
    def __init__(self, poison: Poison) -> None:
        super().__init__()
        self._poison = poison

    @contextmanager
    def around(self, operation: str, name: str = "") -> Iterator[None]:
        """Act before the body."""
        self._poison.touch(name)
        with super().around(operation, name):
            yield


class PoisonedStore(FakeObjectStore):
    """`poison` once there is some."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)

    def poison(self, poison: Poison) -> None:
        """Let it act from now on."""
        self._faults = _Poisoned(poison)

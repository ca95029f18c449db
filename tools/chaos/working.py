"""How those outside work: in a thread of their own, or in a pool."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import ClassVar

from tools.chaos.book import Book
from tools.chaos.door import Door
from tools.chaos.rules import ChaosRules


@dataclass
class InBackground:
    """Somebody who works by themselves, and looks at `_stopped` between two steps."""

    rules: ChaosRules
    book: Book
    _stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._run, name=type(self).__name__, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def is_done(self) -> bool:
        return not self._thread.is_alive()

    def stop(self) -> None:
        self._stopped.set()

    def _run(self) -> None:
        raise NotImplementedError


@dataclass
class InPool:
    """Some who work at once and ask at the door."""

    at_once: ClassVar[int]
    rules: ChaosRules
    door: Door
    book: Book
    _begun: list[Future[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(self.at_once, thread_name_prefix=type(self).__name__)

    def begin(self, work: Callable[..., None], *told: object) -> None:
        """Have one of them do something, as soon as one has nothing else to do."""
        self._begun.append(self._pool.submit(work, *told))

    def are_done(self) -> bool:
        """Say whether all that was begun has ended."""
        return all(each.done() for each in self._begun)

    def failures(self) -> list[str]:
        """Return what has gone wrong with those who worked, not what they found."""
        ended = [each for each in self._begun if each.done() and not each.cancelled()]
        return [repr(each.exception()) for each in ended if each.exception()]

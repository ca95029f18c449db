"""How those outside work: in a thread of their own, or in a pool."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Future

    from tools.chaos.book import Book
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
        """Begin."""
        self._thread.start()

    def is_done(self) -> bool:
        """Say whether there is nothing more to do."""
        return not self._thread.is_alive()

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopped.set()

    def _run(self) -> None:
        raise NotImplementedError


def failures(begun: Iterable[Future[None]]) -> list[str]:
    """Return what has gone wrong with those who worked, not what they found."""
    ended = [each for each in begun if each.done() and not each.cancelled()]
    return [repr(each.exception()) for each in ended if each.exception()]

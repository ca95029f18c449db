"""The asynchronous hop, recorded; a test lets it happen when it likes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fakes.faults import Faults

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Handler = Callable[[Mapping[str, str]], object]


@dataclass(frozen=True)
class Invocation:
    """One accepted invocation."""

    function: str
    payload: Mapping[str, str]
    task_id: str


class FakeInvoker:
    """`ports.FunctionInvoker`; `started` lists what was accepted, each task id once."""

    def __init__(self, handlers: Mapping[str, Handler] | None = None) -> None:
        self.handlers: dict[str, Handler] = dict(handlers or {})
        self._faults = Faults()
        self._waiting: deque[Invocation] = deque()
        self.started: list[Invocation] = []

    def fail(
        self, error: Exception, *, times: int = 1, function: str = "", after: bool = False
    ) -> None:
        """Raise at the next `times`; with `after`, when it was accepted and the answer lost."""
        self._faults.plan("invoke", error, times=times, about=function, after=after)

    def invoke(self, function: str, payload: Mapping[str, str], *, task_id: str) -> None:
        """Accept it; a task id seen before counts as done."""
        with self._faults.around("invoke", function):
            if all(task_id != each.task_id for each in self.started):
                invocation = Invocation(function, dict(payload), task_id)
                self.started.append(invocation)
                self._waiting.append(invocation)

    def lose(self) -> int:
        """Forget what waits, as a platform does that loses events; return how many there were."""
        count = len(self._waiting)
        self._waiting.clear()
        return count

    def run(self) -> int:
        """Run the handlers of all that waits, and of what they start; return how many ran.

        A function without a handler is passed over.
        """
        count = 0
        while self._waiting:
            waiting = self._waiting.popleft()
            handler = self.handlers.get(waiting.function)
            if handler is not None:
                handler(waiting.payload)
                count += 1
        return count

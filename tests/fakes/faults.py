"""Errors to come: what a fake raises, when, and whether the work was done all the same."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class _Fault:
    operation: str
    error: BaseException
    times: int
    about: str
    after: bool


class Faults:
    """The faults a fake still has to show; the first that fits is used up first."""

    def __init__(self) -> None:
        self._planned: list[_Fault] = []

    def plan(
        self, operation: str, error: BaseException, *, times: int = 1, about: str = "", after: bool
    ) -> None:
        """Raise `error` the next `times` that `operation` concerns a name containing `about`."""
        self._planned.append(_Fault(operation, error, times, about, after))

    @contextmanager
    def around(self, operation: str, name: str = "") -> Iterator[None]:
        """Raise before the body, or after it has done its work."""
        fault = self._take(operation, name)
        if fault and not fault.after:
            raise fault.error
        yield
        if fault:
            raise fault.error

    def _take(self, operation: str, name: str) -> _Fault | None:
        for fault in self._planned:
            if fault.operation == operation and fault.about in name and fault.times > 0:
                fault.times -= 1
                return fault
        return None

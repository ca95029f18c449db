"""The hop from function to function, in our own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class FunctionInvoker(Protocol):
    """The asynchronous hop from one function to another."""

    def invoke(self, function: str, payload: Mapping[str, str], *, task_id: str) -> None:
        """Start it; a task id the platform has seen before counts as done."""

"""The hop from function to function, in our own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class FunctionInvoker(Protocol):
    """The asynchronous hop from one function to another."""

    def invoke(self, function: str, payload: Mapping[str, str], *, task_id: str) -> None:
        """Start it; a task id the platform has seen before counts as done."""

"""Many waits at the same time, each as whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")


def side_by_side(
    work: Callable[[_T], _R], items: Iterable[_T], *, most: int = 16
) -> list[Future[_R]]:
    """Do `work` on every item, `most` at a time, and return how each went, in their order.

    Each runs in a copy of the caller's context, which holds its credentials.
    """
    with ThreadPoolExecutor(most) as pool:
        return [pool.submit(copy_context().run, work, item) for item in items]

"""One deadline over all tries of a call, and the budget of tries under it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tenacity import (
    Retrying,
    retry_if_exception_type,
    retry_if_not_exception_type,
    stop_after_attempt,
    stop_before_delay,
    wait_exponential,
    wait_random,
)

from shared.core.errors import AmbiguousPostError, UpstreamUnavailableError

_T = TypeVar("_T")


@dataclass(frozen=True)
class Deadline:
    """A moment on the monotonic clock after which nobody waits any more."""

    ends_at: float

    @classmethod
    def within(cls, seconds: float) -> Deadline:
        """Return the deadline that many seconds from now."""
        return cls(time.monotonic() + seconds)

    def remaining(self) -> float:
        """Return the seconds left, never less than 0."""
        return max(0.0, self.ends_at - time.monotonic())


def repeat(call: Callable[[Deadline], _T], *, seconds: float, tries: int = 4) -> _T:
    """Call until it works, with growing, jittered pauses, all within `seconds`.

    Only UpstreamUnavailableError is worth another try; AmbiguousPostError never is.
    """
    tired = stop_after_attempt(tries) | stop_before_delay(seconds)
    retrying = Retrying(
        stop=tired,
        wait=wait_exponential(multiplier=0.1, max=3.0) + wait_random(0.0, 0.2),
        retry=retry_if_exception_type(UpstreamUnavailableError)
        & retry_if_not_exception_type(AmbiguousPostError),
        reraise=True,
    )
    return retrying(call, Deadline.within(seconds))

"""A use case with the ports of a test's world, by their names, as its handler wires it."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")
_PORTS = frozenset({"jobs", "state", "mount", "queue", "invoker", "announcer", "clock"})


def wired(use_case: Callable[..., _T], world: Any) -> Callable[..., _T]:
    """Return the use case with each port that it takes and the world has; a call may give more."""
    names = inspect.signature(use_case).parameters.keys()
    held = {name: getattr(world, name) for name in names & _PORTS if hasattr(world, name)}
    # Results lie in the bucket of the records.
    results = {"results": world.state} if "results" in names else {}
    return functools.partial(use_case, **held, **results)

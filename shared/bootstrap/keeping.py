"""Building a thing once an instance, and forgetting all of them at once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

_Built = TypeVar("_Built")
_BUILT: list[functools._lru_cache_wrapper[Any]] = []


def kept(build: Callable[..., _Built]) -> functools._lru_cache_wrapper[_Built]:
    """Build when first asked for, and keep the newest one built."""
    cached = functools.lru_cache(maxsize=1)(build)
    _BUILT.append(cached)
    return cached


def reset() -> None:
    """Forget everything built, for a process that changes its environment (the local stack)."""
    for built in _BUILT:
        built.cache_clear()

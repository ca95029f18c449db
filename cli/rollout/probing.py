"""Whether a deployed function runs: an event that it refuses or that gives it nothing to do."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from cli.bundle.harmless import fault, harmless_event
from cli.rollout.refused import CloudBusyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cli.rollout.cloud import FunctionCompute

# Cold starts take most of a check's time. A timer's function at its cap has short pauses.
_AT_ONCE, _PAUSES = 8, (0.5,) * 90


def probe(
    cloud: FunctionCompute,
    name: str,
    qualifier: str,
    *,
    http: bool,
    pauses: Sequence[float] = _PAUSES,
) -> str:
    """Run a version once; return what is wrong with it. A function at its cap is asked again."""
    try:
        return fault(*cloud.invoke(name, harmless_event(http=http), qualifier))
    except CloudBusyError as error:
        if not pauses:
            return f"{error}; ask again: poster rollout check"
    time.sleep(pauses[0])
    return probe(cloud, name, qualifier, http=http, pauses=pauses[1:])


def faults(check: Callable[[str, str], str], qualifiers: Mapping[str, str]) -> dict[str, str]:
    """Check each function at its qualifier, some at once; return what is wrong, by function."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(check, qualifiers, qualifiers.values())
        return {name: wrong for name, wrong in zip(qualifiers, found, strict=True) if wrong}

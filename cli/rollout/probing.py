"""Whether a deployed function runs: an event that it refuses or that gives it nothing to do."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from cli.rollout.refused import CloudBusyError
from shared.core import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cli.rollout.cloud import FunctionCompute

# Cold starts take most of a check's time. A timer's function at its cap has short pauses.
_AT_ONCE, _PAUSES = 8, (0.5,) * 90
_FAILED = 500
_HTTP = {
    "version": "v1",
    "headers": {},
    "requestContext": {"http": {"method": "POST", "path": "/v1/none"}},
}


def harmless_event(*, http: bool) -> bytes:
    """Return an event that no function does anything lasting with."""
    return json.dumps(_HTTP if http else {"events": []}).encode()


def fault(body: bytes, error_type: str) -> str:
    """Return what is wrong with a function that answered so; "" where it ran.

    Refusing the event, or missing what it calls, is no fault of its own.
    """
    told = _object(body)
    if not error_type:
        failed = told.get("statusCode") == _FAILED
        return f"it answers {_FAILED}: {told.get('body')}" if failed else ""
    kind = str(told.get("errorType") or "")
    known = vars(errors).get(kind)
    if isinstance(known, type) and issubclass(known, errors.BundleError):
        return ""
    return ": ".join(filter(None, (kind, str(told.get("errorMessage") or error_type))))


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


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}

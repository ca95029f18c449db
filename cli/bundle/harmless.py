"""Whether a function runs: an event that it refuses or that gives it nothing to do."""

from __future__ import annotations

import json
from typing import Any

from shared.core import errors

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


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}

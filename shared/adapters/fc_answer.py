"""What Function Compute's answer to an asynchronous invocation means; the same for 2.0 and 3.0."""

from __future__ import annotations

from shared.errors import UpstreamRejectedError, UpstreamUnavailableError

_ALREADY_STARTED = 409


def check_started(status: int, function: str, task_id: str) -> None:
    """Return if the invocation is queued, now or by an earlier try; raise otherwise."""
    if status in {202, _ALREADY_STARTED}:
        return
    what = f"invoking {function} as {task_id}: {status}"
    if status in {408, 429} or status >= 500:
        raise UpstreamUnavailableError(what)
    raise UpstreamRejectedError(what)

"""What Function Compute's answer to an asynchronous invocation means; the same for 2.0 and 3.0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.http_times import http_date
from shared.core.errors import UpstreamRejectedError, UpstreamUnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.adapters.signing_clock import SigningClock

_ALREADY_STARTED = 409
# How a signature is refused, one of another time too; the code differs from gateway to gateway.
_UNSIGNED = frozenset({400, 401, 403})


def check_started(
    status: int, headers: Mapping[str, str], function: str, task_id: str, *, clock: SigningClock
) -> None:
    """Return if the invocation is queued, now or by an earlier try; raise otherwise.

    UpstreamUnavailableError for what another try may mend, `clock` being put right before it.
    """
    if status in {202, _ALREADY_STARTED}:
        return
    what = f"invoking {function} as {task_id}: {status}"
    mended = status in _UNSIGNED and clock.put_right(http_date(headers.get("Date")))
    if mended or status in {408, 429} or status >= 500:
        raise UpstreamUnavailableError(what)
    raise UpstreamRejectedError(what)

"""An asynchronous invocation of Function Compute, and what its answer means: as 2.0 and 3.0 do."""

from __future__ import annotations

import functools
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from shared.adapters.deadline import Deadline, repeat
from shared.adapters.http_times import http_date
from shared.adapters.signing_clock import SigningClock
from shared.core.errors import UpstreamRejectedError, UpstreamUnavailableError
from shared.settings.credentials import Credentials

_ALREADY_STARTED = 409
# How a signature is refused, one of another time too; the code differs from gateway to gateway.
_UNSIGNED = frozenset({400, 401, 403})


@dataclass(kw_only=True)
class FcInvoker(ABC):
    """`ports.FunctionInvoker`: the task id makes a repeated invocation one invocation."""

    endpoint: str
    credentials: Callable[[], Credentials]
    prefix: str = ""
    qualifier: str = "LATEST"
    timeout_seconds: float
    deadline_seconds: float | None = None
    clock: SigningClock = field(default_factory=SigningClock)

    def invoke(self, function: str, payload: Mapping[str, str], *, task_id: str) -> None:
        name = f"{self.prefix}{function}"
        body = json.dumps(dict(payload), ensure_ascii=False).encode()
        attempt = functools.partial(self._post, name, body, task_id)
        repeat(attempt, seconds=self.deadline_seconds or 3 * self.timeout_seconds)

    @abstractmethod
    def _post(self, name: str, body: bytes, task_id: str, deadline: Deadline) -> None:
        """Post once; what another try may mend is an UpstreamUnavailableError."""


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

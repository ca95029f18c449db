"""Asynchronous invocation of functions on FC 2.0 services, over `aliyun-fc2`.

The package builds and signs the request; it is sent here. Its own sending repeats connections
for half a minute, fails on errors that are not JSON, and writes the Authorization header and
the security token to the root logger.
"""

from __future__ import annotations

import contextlib
import functools
import json
import logging
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fc2
import requests

from shared.adapters.deadline import Deadline, repeat
from shared.adapters.fc_answer import check_started
from shared.adapters.signing_clock import SigningClock
from shared.adapters.transport import BoundedTransport, session_over
from shared.core.errors import UpstreamRejectedError, UpstreamUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from shared.settings.credentials import Credentials

_PACKAGE = str(Path(fc2.__file__).parent)


class Fc2Invoker:
    """`ports.FunctionInvoker` over one FC 2.0 service.

    The stateful invocation id makes a repeated invocation one invocation.
    """

    def __init__(
        self,
        *,
        endpoint: str,
        service: str,
        credentials: Callable[[], Credentials],
        prefix: str = "",
        qualifier: str = "LATEST",
        timeout_seconds: float,
        deadline_seconds: float | None = None,
    ) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._service = service
        self._credentials = credentials
        self._clock = SigningClock()
        self._prefix = prefix
        self._qualifier = qualifier
        self._timeout = timeout_seconds
        self._deadline_seconds = deadline_seconds or 3 * timeout_seconds

    def invoke(self, function: str, payload: Mapping[str, str], *, task_id: str) -> None:
        """Start it; a task id the platform has seen before counts as done."""
        name = f"{self._prefix}{function}"
        body = json.dumps(dict(payload), ensure_ascii=False).encode()
        attempt = functools.partial(self._post, name, body, task_id)
        repeat(attempt, seconds=self._deadline_seconds)

    def _post(self, name: str, body: bytes, task_id: str, deadline: Deadline) -> None:
        headers = {
            "date": format_datetime(self._clock.now(), usegmt=True),
            "x-fc-invocation-type": "Async",
            "x-fc-stateful-async-invocation-id": task_id,
        }
        client = self._client(deadline)
        what = f"invoking {name} as {task_id}"
        try:
            with _without_its_log_lines():
                client.invoke_function(
                    self._service, name, payload=body, headers=headers, qualifier=self._qualifier
                )
        except fc2.FcError as error:
            # Only a function that ran and failed gets here: the invocation was not asynchronous.
            msg = f"{what}: ran at once, and failed"
            raise UpstreamRejectedError(msg) from error
        except requests.RequestException as error:
            msg = f"{what}: {type(error).__name__}"
            raise UpstreamUnavailableError(msg) from error
        check_started(client.status, client.headers, name, task_id, clock=self._clock)

    def _client(self, deadline: Deadline) -> _Client:
        now = self._credentials()
        return _Client(
            BoundedTransport(deadline, timeout_seconds=self._timeout, needs="status"),
            endpoint=self._endpoint,
            accessKeyID=now.access_key_id,
            accessKeySecret=now.access_key_secret,
            securityToken=now.security_token,
        )


class _Client(fc2.Client):  # type: ignore[misc]
    """The package's client with our transport; keeps what decides instead of logging requests."""

    def __init__(self, transport: BoundedTransport, **settings: str) -> None:
        super().__init__(**settings)
        self._transport = transport
        self.status = 0
        self.headers: Mapping[str, str] = {}

    def _do_request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Any:
        url = f"{self.endpoint}{path}"
        with session_over(self._transport) as session:
            answer = session.request(
                method, url, headers=dict(headers), params=dict(params or {}), data=body
            )
        self.status, self.headers = answer.status_code, answer.headers
        if answer.status_code >= 400:
            # The package would take a refusal for a function's own failure.
            answer.headers.pop("x-fc-error-type", None)
        return answer


@contextlib.contextmanager
def _without_its_log_lines() -> Iterator[None]:
    """Drop what the package logs meanwhile: it signs aloud, through the root logger.

    The filter looks at each record's origin, so other threads' lines pass. The handler keeps
    `logging.debug()` from configuring a root logger that has none.
    """
    root, silence, own = logging.getLogger(), logging.NullHandler(), _NotFromPackage()
    root.addFilter(own)
    root.addHandler(silence)
    try:
        yield
    finally:
        root.removeHandler(silence)
        root.removeFilter(own)


class _NotFromPackage(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return not record.pathname.startswith(_PACKAGE)

"""Asynchronous invocation of functions on FC 2.0 services, over `aliyun-fc2`.

The package builds and signs the request; it is sent here. Its own sending repeats connections
for half a minute, fails on errors that are not JSON, and writes the Authorization header and
the security token to the root logger.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import fc2
import requests

from shared.adapters.deadline import Deadline
from shared.adapters.fc_answer import FcInvoker, check_started
from shared.adapters.transport import BoundedTransport, session_over
from shared.core.errors import UpstreamRejectedError, UpstreamUnavailableError

_PACKAGE = str(Path(fc2.__file__).parent)


@dataclass(kw_only=True)
class Fc2Invoker(FcInvoker):
    """`ports.FunctionInvoker` over one FC 2.0 service."""

    service: str

    def _post(self, name: str, body: bytes, task_id: str, deadline: Deadline) -> None:
        headers = {
            "date": format_datetime(self.clock.now(), usegmt=True),
            "x-fc-invocation-type": "Async",
            "x-fc-stateful-async-invocation-id": task_id,
        }
        client = self._client(deadline)
        what = f"invoking {name} as {task_id}"
        try:
            with _without_its_log_lines():
                client.invoke_function(
                    self.service, name, payload=body, headers=headers, qualifier=self.qualifier
                )
        except fc2.FcError as error:
            # Only a function that ran and failed gets here: the invocation was not asynchronous.
            raise UpstreamRejectedError(f"{what}: ran at once, and failed") from error
        except requests.RequestException as error:
            raise UpstreamUnavailableError(f"{what}: {type(error).__name__}") from error
        check_started(client.status, client.headers, name, task_id, clock=self.clock)

    def _client(self, deadline: Deadline) -> _Client:
        now = self.credentials()
        return _Client(
            BoundedTransport(deadline, timeout_seconds=self.timeout_seconds, needs="status"),
            endpoint=self.endpoint.rstrip("/"),
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

"""Asynchronous invocation of FC 3.0 functions, over `requests` with ACS3 signatures.

Signature: https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
The official SDK unpacks to 42 MB and takes most of a second to import; this is one POST.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import secrets
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import requests

from shared.adapters.deadline import Deadline, repeat
from shared.adapters.fc_answer import check_started
from shared.adapters.signing_clock import SigningClock
from shared.adapters.transport import BoundedTransport, session_over
from shared.core.errors import UpstreamUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shared.settings.credentials import Credentials

_VERSION = "2023-03-30"


class Fc3Invoker:
    """`ports.FunctionInvoker` over `{account}.{region}.fc.aliyuncs.com`.

    The task id makes a repeated invocation one invocation, so every try is safe to repeat.
    """

    def __init__(
        self,
        *,
        endpoint: str,
        credentials: Callable[[], Credentials],
        prefix: str = "",
        qualifier: str = "LATEST",
        timeout_seconds: float,
        deadline_seconds: float | None = None,
    ) -> None:
        self._endpoint = (endpoint if "://" in endpoint else f"https://{endpoint}").rstrip("/")
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
        path = f"/{_VERSION}/functions/{quote(name, safe='')}/invocations"
        query = {"qualifier": self._qualifier} if self._qualifier else {}
        headers = self._signed_headers(path, query, body, task_id)
        transport = BoundedTransport(deadline, timeout_seconds=self._timeout, needs="status")
        url = f"{self._endpoint}{path}"
        try:
            with session_over(transport) as session:
                answer = session.post(url, params=query, data=body, headers=headers)
        except requests.RequestException as error:
            msg = f"invoking {name} as {task_id}: {type(error).__name__}"
            raise UpstreamUnavailableError(msg) from error
        check_started(answer.status_code, answer.headers, name, task_id, clock=self._clock)

    def _signed_headers(
        self, path: str, query: Mapping[str, str], body: bytes, task_id: str
    ) -> dict[str, str]:
        now = self._credentials()
        digest = hashlib.sha256(body).hexdigest()
        headers = {
            "content-type": "application/octet-stream",
            "host": urlsplit(self._endpoint).netloc,
            "x-acs-action": "InvokeFunction",
            "x-acs-content-sha256": digest,
            "x-acs-date": self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-version": _VERSION,
            "x-fc-async-task-id": task_id,
            "x-fc-invocation-type": "Async",
        }
        if now.security_token:
            headers["x-acs-security-token"] = now.security_token
        signed = acs3_authorization(
            "POST", path, query=query, headers=headers, digest=digest, credentials=now
        )
        return {**headers, "authorization": signed}


def acs3_authorization(
    method: str,
    path: str,
    *,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    digest: str,
    credentials: Credentials,
) -> str:
    """Return the Authorization header; all given headers, in lower case, are signed."""
    names = sorted(headers)
    request = "\n".join(
        [
            method,
            path,
            "&".join(
                f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in sorted(query.items())
            ),
            "".join(f"{name}:{headers[name].strip()}\n" for name in names),
            ";".join(names),
            digest,
        ]
    )
    text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(request.encode()).hexdigest()
    secret = credentials.access_key_secret.encode()
    signature = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
    who = f"Credential={credentials.access_key_id},SignedHeaders={';'.join(names)}"
    return f"ACS3-HMAC-SHA256 {who},Signature={signature}"

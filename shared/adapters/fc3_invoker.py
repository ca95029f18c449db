"""Asynchronous invocation of FC 3.0 functions, over `requests` with ACS3 signatures.

Signature: https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
The official SDK unpacks to 42 MB and takes most of a second to import; this is one POST.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

import requests

from shared.adapters.deadline import Deadline
from shared.adapters.fc_answer import FcInvoker, check_started
from shared.adapters.transport import BoundedTransport, session_over
from shared.core.errors import UpstreamUnavailableError
from shared.settings.credentials import Credentials

_VERSION = "2023-03-30"


class Fc3Invoker(FcInvoker):
    """`ports.FunctionInvoker` over `{account}.{region}.fc.aliyuncs.com`."""

    @property
    def _base(self) -> str:
        given = self.endpoint.rstrip("/")
        return given if "://" in given else f"https://{given}"

    def _post(self, name: str, body: bytes, task_id: str, deadline: Deadline) -> None:
        path = f"/{_VERSION}/functions/{quote(name, safe='')}/invocations"
        query = {"qualifier": self.qualifier} if self.qualifier else {}
        headers = self._signed_headers(path, query, body, task_id)
        transport = BoundedTransport(deadline, timeout_seconds=self.timeout_seconds, needs="status")
        url = f"{self._base}{path}"
        try:
            with session_over(transport) as session:
                answer = session.post(url, params=query, data=body, headers=headers)
        except requests.RequestException as error:
            msg = f"invoking {name} as {task_id}: {type(error).__name__}"
            raise UpstreamUnavailableError(msg) from error
        check_started(answer.status_code, answer.headers, name, task_id, clock=self.clock)

    def _signed_headers(
        self, path: str, query: Mapping[str, str], body: bytes, task_id: str
    ) -> dict[str, str]:
        now = self.credentials()
        digest = hashlib.sha256(body).hexdigest()
        headers = {
            "content-type": "application/octet-stream",
            "host": urlsplit(self._base).netloc,
            "x-acs-action": "InvokeFunction",
            "x-acs-content-sha256": digest,
            "x-acs-date": self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
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
    told = urlencode(sorted(query.items()), safe="~", quote_via=quote)
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
    request = "\n".join([method, path, told, lines, ";".join(names), digest])
    text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(request.encode()).hexdigest()
    secret = credentials.access_key_secret.encode()
    signature = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
    who = f"Credential={credentials.access_key_id},SignedHeaders={';'.join(names)}"
    return f"ACS3-HMAC-SHA256 {who},Signature={signature}"

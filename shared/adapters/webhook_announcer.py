"""Announcements as Standard Webhooks, over `requests`; one try each, the outbox repeats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime

import requests

from shared.adapters.deadline import Deadline
from shared.adapters.http_times import retry_after
from shared.adapters.transport import BoundedTransport
from shared.announcements.addresses import is_allowed
from shared.core import webhooks
from shared.core.errors import UpstreamRejectedError
from shared.ports import Clock, Receipt


@dataclass(frozen=True)
class WebhookEndpoint:
    """Where to send, and the secrets to sign with; two while one replaces the other."""

    url: str
    secrets: tuple[str, ...]


@dataclass(frozen=True)
class WebhookAnnouncer:
    """`ports.Announcer` over HTTPS to the operator's hosts; redirects are not followed."""

    endpoints: Mapping[str, WebhookEndpoint] = field(repr=False)
    _: KW_ONLY
    allowed_hosts: tuple[str, ...]
    timeout_seconds: float
    clock: Clock

    def announce(self, endpoint: str, message_id: str, body: bytes) -> Receipt:
        target = self.endpoints.get(endpoint)
        if target is None or not is_allowed(target.url, self.allowed_hosts):
            msg = f"the endpoint {endpoint} has no address that may be called"
            raise UpstreamRejectedError(msg)
        now = self.clock.now()
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "trip-poster",
            **webhooks.signed_headers(message_id, int(now.timestamp()), body, target.secrets),
        }
        return self._post(target.url, headers, body, now)

    def _post(self, url: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Receipt:
        transport = BoundedTransport(
            Deadline.within(self.timeout_seconds),
            timeout_seconds=self.timeout_seconds,
            needs="status",
        )
        # No session: it would follow up on redirects and cookies.
        request = requests.Request("POST", url, headers=dict(headers), data=body).prepare()
        try:
            answer = transport.send(request)
        except requests.RequestException:
            # Also where a status came with headers that cannot be read.
            return Receipt(transport.status)
        finally:
            transport.close()
        return Receipt(answer.status_code, retry_after(answer.headers.get("Retry-After"), now))

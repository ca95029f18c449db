"""Looks that no function ever takes: a bucket's own facts, a function's, an endpoint's.

They need rights that the functions' roles do not have, so they are no part of the ports.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import oss2
import requests

from shared import settings
from shared.adapters.deadline import Deadline
from shared.adapters.fc3_invoker import acs3_authorization
from shared.adapters.http_times import http_date
from shared.adapters.oss_object_store import is_own_domain
from shared.adapters.transport import BoundedTransport, session_over
from shared.core.errors import AccountError, UpstreamRejectedError, UpstreamUnavailableError
from shared.settings.invoker import InvokerSettings
from shared.settings.storage import StorageSettings

if TYPE_CHECKING:
    from shared.settings.credentials import Credentials

_FC_VERSION = "2023-03-30"
# A web function may have to start first.
_COLD_SECONDS = 30.0
_SKEWED = "RequestTimeTooSkewed"
_OLDEST_CLOCK = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True)
class BucketFacts:
    """`versioning` is "" where it was never switched on; `date` is OSS's clock."""

    versioning: str
    date: datetime | None


def bucket_facts(name: str) -> BucketFacts:
    """Ask for a bucket's versioning; AccountError where these credentials may not."""
    found = settings.read(StorageSettings)
    keys = settings.environment_credentials()
    session = oss2.Session()
    session.session = session_over(_transport(found.timeout_seconds))
    bucket = oss2.Bucket(_auth(keys), found.endpoint, name, session=session, region=found.region)
    try:
        answer = bucket.get_bucket_versioning()
    except oss2.exceptions.OssError as error:
        # Not chained: the text of a wrong signature shows what was signed.
        raise _refused(error, name) from None
    return BucketFacts(str(answer.status or ""), _date(answer.headers.get("Date")))


def function_status(name: str) -> int:
    """Return the status of asking FC 3.0 for a function; 404 where there is none."""
    found = settings.read(InvokerSettings)
    endpoint = found.endpoint if "://" in found.endpoint else f"https://{found.endpoint}"
    path = f"/{_FC_VERSION}/functions/{quote(name, safe='')}"
    keys = settings.environment_credentials()
    digest = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": urlsplit(endpoint).netloc,
        "x-acs-action": "GetFunction",
        "x-acs-content-sha256": digest,
        "x-acs-date": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": secrets.token_hex(16),
        "x-acs-version": _FC_VERSION,
    }
    if keys.security_token:
        headers["x-acs-security-token"] = keys.security_token
    signed = acs3_authorization(
        "GET", path, query={}, headers=headers, digest=digest, credentials=keys
    )
    return _status("GET", endpoint.rstrip("/") + path, {**headers, "authorization": signed})


def knock(url: str) -> int:
    """Return the status of an empty, unsigned POST: nothing that a receiver could take."""
    return _status("POST", url, {"content-type": "application/json", "user-agent": "trip-poster"})


def cors_status(bucket: str, origin: str) -> int:
    """Return the status of a browser's question whether that origin may post to a bucket."""
    found = settings.read(StorageSettings)
    public = oss2.Bucket(
        oss2.AnonymousAuth(),
        found.public_endpoint,
        bucket,
        is_cname=is_own_domain(found.public_endpoint),
    )
    url = urlsplit(str(public.sign_url("GET", "any", 60)))
    asked = {"origin": origin, "access-control-request-method": "POST"}
    return _status("OPTIONS", f"{url.scheme}://{url.netloc}{url.path}", asked)


def fetch(url: str) -> tuple[int, bytes]:
    """Return the status and the body of what anybody may read."""
    transport = _transport(_COLD_SECONDS)
    try:
        with session_over(transport) as session:
            answer = session.get(url, allow_redirects=False)
    except requests.RequestException as error:
        if transport.status:
            return transport.status, b""
        msg = f"{urlsplit(url).hostname} does not answer: {type(error).__name__}"
        raise UpstreamUnavailableError(msg) from None
    return answer.status_code, answer.content


def _status(method: str, url: str, headers: dict[str, str]) -> int:
    transport = _transport(10.0)
    try:
        with session_over(transport) as session:
            answer = session.request(method, url, headers=headers, allow_redirects=False)
    except requests.RequestException as error:
        if transport.status:
            return transport.status
        msg = f"{urlsplit(url).hostname} does not answer: {type(error).__name__}"
        raise UpstreamUnavailableError(msg) from None
    return answer.status_code


def _transport(seconds: float) -> BoundedTransport:
    return BoundedTransport(Deadline.within(2 * seconds), timeout_seconds=seconds)


def _auth(keys: Credentials) -> Any:
    who = (keys.access_key_id, keys.access_key_secret)
    if not keys.security_token:
        return oss2.AuthV4(*who)
    return oss2.StsAuth(*who, keys.security_token, auth_version=oss2.AUTH_VERSION_4)


def _refused(error: Any, name: str) -> Exception:
    if isinstance(error, oss2.exceptions.RequestError):
        return UpstreamUnavailableError(f"object storage does not answer for {name}")
    code = str(error.code or "no code")
    if code == _SKEWED:
        return UpstreamRejectedError(f"{_SKEWED}: this clock is over 15 minutes off OSS's")
    kind = AccountError if error.status in {401, 403} else UpstreamRejectedError
    return kind(f"object storage: {error.status} {code} for bucket {name}")


def _date(header: str | None) -> datetime | None:
    found = http_date(header)
    return found if found and found > _OLDEST_CLOCK else None

"""Object storage on Alibaba Cloud OSS, over `oss2` with V4 signatures."""

from __future__ import annotations

import base64
import functools
import hashlib
import ipaddress
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests

from shared.adapters.deadline import Deadline, repeat
from shared.adapters.http_times import http_date
from shared.adapters.importing_later import importing_later
from shared.adapters.oss_signature import OssSigner
from shared.adapters.signing_clock import SigningClock
from shared.adapters.transport import (
    BodyTooLargeError,
    BoundedTransport,
    connection_pool,
    session_over,
)
from shared.core.errors import (
    PayloadTooLargeError,
    UpstreamError,
    UpstreamRejectedError,
    UpstreamUnavailableError,
)
from shared.ports import ObjectInfo, ObjectPage, ObjectPart, SignedForm, SignedUrl
from shared.settings.credentials import Credentials

# Only its client-side encryption, which nobody here uses, needs these: four fifths of its import.
with importing_later("aliyunsdkcore", "aliyunsdkkms", "Crypto"):
    import oss2

_T = TypeVar("_T")
_TRIES = 6
_LONGEST_LINK_SECONDS = 604_800
_LARGEST_OBJECT = 256 * 1024 * 1024
_ANY_KEY = "key"
_OCTETS = "application/octet-stream"
_SKEWED = "RequestTimeTooSkewed"
_BEHIND_THE_END = ObjectPart(b"", -1, "")


@dataclass(kw_only=True, eq=False)
class OssObjectStore:
    """`ports.ObjectStore` over one bucket; reads and writes inside, signs for outside."""

    endpoint: str
    public_endpoint: str
    region: str
    bucket: str
    credentials: Callable[[], Credentials]
    timeout_seconds: float
    deadline_seconds: float

    def __post_init__(self) -> None:
        self._clock = SigningClock()
        self._auth = OssSigner(self.credentials, self._clock)
        self._pool = connection_pool()
        # Below warning the SDK logs whole requests, security token and signature included.
        logging.getLogger("oss2").setLevel(logging.WARNING)

    def get(self, key: str, *, max_bytes: int | None = None) -> bytes | None:
        limit = _LARGEST_OBJECT if max_bytes is None else max_bytes
        return self._repeat(lambda bucket: _read(bucket, key), key, max_bytes=limit)

    def read_range(self, key: str, start: int, length: int) -> ObjectPart | None:
        found = self._repeat(
            lambda bucket: _read_range(bucket, key, start, length), key, max_bytes=length
        )
        if found != _BEHIND_THE_END:
            return found
        head = self.head(key)
        return None if head is None else ObjectPart(b"", head.size, head.etag)

    def head(self, key: str) -> ObjectInfo | None:
        return self._repeat(lambda bucket: _head(bucket, key), key)

    def put(self, key: str, data: bytes, *, content_type: str = _OCTETS) -> None:
        headers = _upload_headers(data, content_type)
        self._repeat(lambda bucket: bucket.put_object(key, data, headers=dict(headers)), key)

    def create(self, key: str, data: bytes, *, content_type: str = _OCTETS) -> bool:
        """OSS ignores the condition on a bucket with versioning; such a one must not be used."""
        headers = {**_upload_headers(data, content_type), "x-oss-forbid-overwrite": "true"}
        return self._repeat(lambda bucket: _create(bucket, key, data, headers), key)

    def delete(self, key: str) -> None:
        self._repeat(lambda bucket: bucket.delete_object(key), key)

    def page(self, prefix: str, *, after: str = "", limit: int = 1000) -> ObjectPage:
        return self._repeat(lambda bucket: _list(bucket, prefix, after, limit), prefix)

    def sign(self, key: str, *, seconds: int) -> SignedUrl:
        """Sign for a week at most; with temporary credentials the link dies when they do."""
        life = min(seconds, _LONGEST_LINK_SECONDS)
        expires_at = datetime.now(timezone.utc) + timedelta(seconds=life)
        url = str(self._public.sign_url("GET", key, life, slash_safe=True))
        return SignedUrl(url=url, expires_at=expires_at)

    def post_form(self, key: str, *, size: int, media_type: str, seconds: int) -> SignedForm:
        """Sign for a week at most; with temporary credentials the form dies when they do."""
        fields, expires_at = self._auth.form(
            {"key": key, "content-type": media_type},
            bucket=self.bucket,
            region=self.region,
            size=size,
            seconds=min(seconds, _LONGEST_LINK_SECONDS),
        )
        return SignedForm(self._public_url(), fields, expires_at)

    @property
    def _public(self) -> Any:
        return oss2.Bucket(
            self._auth,
            self.public_endpoint,
            self.bucket,
            region=self.region,
            is_cname=is_own_domain(self.public_endpoint),
        )

    def _public_url(self) -> str:
        """Return the address of the bucket itself, which the SDK makes for links alone."""
        parts = urlsplit(str(self._public.sign_url("GET", _ANY_KEY, 60)))
        return f"{parts.scheme}://{parts.netloc}{parts.path.removesuffix(_ANY_KEY)}"

    def _repeat(self, action: Callable[[Any], _T], key: str, *, max_bytes: int = 4_000_000) -> _T:
        attempt = functools.partial(self._attempt, action, key, max_bytes)
        return repeat(attempt, seconds=self.deadline_seconds, tries=_TRIES)

    def _attempt(
        self, action: Callable[[Any], _T], key: str, max_bytes: int, deadline: Deadline
    ) -> _T:
        transport = BoundedTransport(
            deadline,
            timeout_seconds=self.timeout_seconds,
            max_bytes=max_bytes,
            pool=self._pool,
            # Only its body tells an absent object from an absent bucket.
            needs="body",
            as_stored=True,
        )
        session = oss2.Session()
        session.session = session_over(transport)
        bucket = oss2.Bucket(
            self._auth,
            self.endpoint,
            self.bucket,
            session=session,
            region=self.region,
            # The MD5 header guards uploads, the length downloads; the SDK's checksum may be
            # pure Python, which takes seconds for a poster.
            enable_crc=False,
        )
        try:
            return action(bucket)
        except oss2.exceptions.RequestError as error:
            # What else lies in the pool may have died with it while the instance was frozen.
            self._pool.clear()
            raise _translated_transport(error.exception, key) from error.exception
        except oss2.exceptions.OssError as error:
            mended = error.code == _SKEWED and self._clock.put_right(_server_time(error))
            # Not chained: on a wrong signature its text shows what was signed, token included.
            raise _translated(error, key, passing=mended) from None
        except requests.RequestException as error:
            raise _translated_transport(error, key) from error
        except (SyntaxError, ValueError, RuntimeError, TypeError, AttributeError) as error:
            # What the SDK raises while it parses a body that is not OSS's; SyntaxError is XML's.
            msg = f"object storage gave an answer that cannot be read, for {key}"
            raise UpstreamUnavailableError(msg) from error


def _read(bucket: Any, key: str) -> bytes | None:
    try:
        return bytes(bucket.get_object(key).read())
    except oss2.exceptions.NoSuchKey:
        return None


def _read_range(bucket: Any, key: str, start: int, length: int) -> ObjectPart | None:
    # Without the header OSS answers a range that ends behind the object with the whole object.
    standard = {"x-oss-range-behavior": "standard"}
    try:
        answer = bucket.get_object(key, byte_range=(start, start + length - 1), headers=standard)
    except oss2.exceptions.NoSuchKey:
        return None
    except oss2.exceptions.ServerError as error:
        if (error.status, error.code) != (416, "InvalidRange"):
            raise
        return _BEHIND_THE_END
    data = bytes(answer.read())
    size = int((answer.content_range or f"/{len(data)}").rpartition("/")[2])
    # A whole object is answered where no range was: what lies before the start goes.
    return ObjectPart(data if answer.content_range else data[start:], size, _etag(answer.etag))


def _head(bucket: Any, key: str) -> ObjectInfo | None:
    try:
        found = bucket.head_object(key)
    except oss2.exceptions.NotFound as error:
        # A HEAD has no body that could name the reason; OSS names it in a header, if at all.
        if error.code not in {"", "NoSuchKey"}:
            raise
        return None
    modified_at, etag = _time(found.last_modified), _etag(found.etag)
    return ObjectInfo(
        key=key,
        size=found.content_length,
        modified_at=modified_at,
        etag=etag,
        encoding=found.headers.get("Content-Encoding", ""),
    )


def _create(bucket: Any, key: str, data: bytes, headers: dict[str, str]) -> bool:
    try:
        bucket.put_object(key, data, headers=dict(headers))
    except oss2.exceptions.ServerError as error:
        if (error.status, error.code) != (409, "FileAlreadyExists"):
            raise
        # An earlier try may have arrived although its answer did not: own bytes are a success.
        found = _read(bucket, key)
        if found is None:
            raise UpstreamUnavailableError(f"{key} was there and is not there any more") from error
        return found == data
    return True


def _list(bucket: Any, prefix: str, after: str, limit: int) -> ObjectPage:
    answer = bucket.list_objects_v2(prefix=prefix, start_after=after, max_keys=limit)
    items = tuple(
        ObjectInfo(key=found.key, size=found.size, modified_at=_time(found.last_modified))
        for found in answer.object_list
    )
    return ObjectPage(items, next_after=items[-1].key if answer.is_truncated and items else "")


def _upload_headers(data: bytes, content_type: str) -> dict[str, str]:
    digest = hashlib.md5(data, usedforsecurity=False).digest()
    return {"Content-Type": content_type, "Content-MD5": base64.b64encode(digest).decode()}


def _etag(header: str | None) -> str:
    return (header or "").strip('"').upper()


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def is_own_domain(endpoint: str) -> bool:
    """Say whether the endpoint is a domain bound to the bucket, which takes no bucket name."""
    host = urlsplit(endpoint if "//" in endpoint else f"//{endpoint}").hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host != "localhost" and not host.endswith(".aliyuncs.com")
    return False


def _server_time(error: oss2.exceptions.OssError) -> datetime | None:
    try:
        # Older Pythons read no "Z".
        return datetime.fromisoformat(error.details["ServerTime"].replace("Z", "+00:00"))
    except (AttributeError, KeyError, ValueError):
        return http_date(error.headers.get("Date"))


def _translated(error: oss2.exceptions.OssError, key: str, *, passing: bool) -> Exception:
    what = f"object storage: {error.status} {error.code or 'no code'} for {key}"
    where = f"{what} (request {error.request_id or 'unknown'})"
    passing = passing or error.status in {408, 429} or error.status >= 500
    passing = passing or error.code == "RequestTimeout"
    kind: type[UpstreamError] = UpstreamUnavailableError if passing else UpstreamRejectedError
    return kind(where)


def _translated_transport(error: Exception, key: str) -> Exception:
    if isinstance(error, BodyTooLargeError):
        return PayloadTooLargeError(f"{key}: {error}")
    return UpstreamUnavailableError(f"object storage: {type(error).__name__} for {key}")

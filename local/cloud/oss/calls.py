"""One request to the service, taken apart, and what its headers say about an object."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote_to_bytes

from starlette.requests import Request

from local.cloud.oss.claims import SignedRequest
from local.cloud.oss.errors import (
    InvalidArgumentError,
    InvalidDigestError,
    InvalidObjectNameError,
    InvalidTagError,
)
from local.cloud.oss.objects import DEFAULT_CONTENT_TYPE

_META_PREFIX = "x-oss-meta-"
_KEPT_HEADERS = ("cache-control", "content-disposition", "content-encoding", "expires")
_KEY_BYTES = 1023
_MAX_TAGS = 10
# Letters of any script: https://help.aliyun.com/zh/oss/developer-reference/putobjecttagging
# Whoever asks a fixed address, as the vendor's deployment tool does, still names this host.
_HOSTED = re.compile(r"([a-z0-9][a-z0-9-]+)\.oss-[a-z0-9-]+\.aliyuncs\.com")
_TAG = re.compile(r"[\w +=.:/-]*")


@dataclass(frozen=True)
class OssCall:
    """A request in path style, or with the bucket in its Host; header names are lower-case."""

    method: str
    bucket: str
    key: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    request_id: str

    def flag(self, header: str) -> bool:
        """Tell whether a header says true."""
        return self.headers.get(header, "").lower() == "true"


@dataclass(frozen=True)
class Described:
    """How the writer describes an object."""

    content_type: str
    metadata: dict[str, str]
    headers: dict[str, str]
    tags: dict[str, str]


def read_call(request: Request, body: bytes, request_id: str) -> tuple[OssCall, SignedRequest]:
    """Take a request apart, once as text and once as the bytes a signature covers."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    path = raw.removeprefix(b"/")
    if hosted := _HOSTED.fullmatch(request.headers.get("host", "")):
        path = hosted[1].encode() + b"/" + path
    # The bucket ends at the first slash as sent; a key may hold encoded ones.
    name, key = map(unquote_to_bytes, path.partition(b"/")[::2])
    bucket = name.decode("utf-8", "replace")
    headers = {name.decode("latin-1"): value for name, value in request.headers.raw}
    query = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    call = OssCall(
        method=request.method,
        bucket=bucket,
        key=checked_key(key),
        query=dict(query),
        headers={name: value.decode("latin-1").strip() for name, value in headers.items()},
        body=body,
        request_id=request_id,
    )
    return call, SignedRequest(request.method, bucket, key, query, headers)


def check_digest(call: OssCall) -> None:
    """Raise InvalidDigestError unless Content-MD5 is absent or that of the body."""
    claimed = call.headers.get("content-md5")
    digest = hashlib.md5(call.body, usedforsecurity=False).digest()
    if claimed is not None and claimed != base64.b64encode(digest).decode():
        raise InvalidDigestError


def described(call: OssCall) -> Described:
    """Read content type, metadata and tags of the object that a request writes."""
    headers = call.headers
    return Described(
        content_type=headers.get("content-type") or DEFAULT_CONTENT_TYPE,
        metadata={
            name[len(_META_PREFIX) :]: value
            for name, value in headers.items()
            if name.startswith(_META_PREFIX)
        },
        headers={name: headers[name] for name in _KEPT_HEADERS if name in headers},
        tags=parse_tags(headers.get("x-oss-tagging", "")),
    )


def parse_tags(text: str) -> dict[str, str]:
    """Read tags in the form of the header x-oss-tagging: k=v&k2=v2."""
    return checked_tags(parse_qsl(text, keep_blank_values=True))


def checked_tags(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return the tags, or raise InvalidTagError beyond what OSS takes."""
    tags = dict(pairs)
    fits = all(
        0 < len(name) <= 128 and len(value) <= 256 and _TAG.fullmatch(name + value)
        for name, value in pairs
    )
    if len(tags) != len(pairs) or len(tags) > _MAX_TAGS or not fits:
        raise InvalidTagError
    return tags


def int_query(call: OssCall, name: str, default: int | None, *, low: int, high: int) -> int:
    """Return a whole number from the query, or raise InvalidArgumentError."""
    text = call.query.get(name, "")
    if not text and default is not None:
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise InvalidArgumentError(
            f"The value of {name} is not valid.",
            details={"ArgumentName": name, "ArgumentValue": text},
        )
    return int(text)


def checked_key(raw: bytes) -> str:
    """Return a key as sent, or raise InvalidObjectNameError for one that OSS does not take."""
    try:
        key = raw.decode()
    except UnicodeDecodeError as error:
        raise InvalidObjectNameError from error
    if len(raw) > _KEY_BYTES or key.startswith(("/", "\\")):
        raise InvalidObjectNameError(details={"ObjectName": key})
    return key

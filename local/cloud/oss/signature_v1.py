"""Signatures of version 1, in a header or in a signed URL.

The algorithm: https://help.aliyun.com/zh/oss/developer-reference/include-signatures-in-the-authorization-header
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from functools import partial

from local.cloud.oss.claims import Claim, SignedRequest
from local.cloud.oss.errors import AccessDeniedError, InvalidArgumentError

_SCHEME = "OSS "
_SECONDS = re.compile(r"\d{1,10}", re.ASCII)
_IN_URL = ("OSSAccessKeyId", "Expires", "Signature")
# All that a query may hold is signed, but for what only pages and filters.
_UNSIGNED = re.compile(
    "delimiter|encoding-type|fetch-owner|key-marker|list-type|marker|max-(keys|parts|uploads)"
    "|part-number-marker|prefix|start-after|upload-id-marker|version-id-marker|" + "|".join(_IN_URL)
)


def claim_v1(request: SignedRequest) -> Claim | None:
    """Return what a signature of this version claims, None where there is none."""
    query, authorization = dict(request.query), request.header("authorization")
    in_url = any(name in query for name in _IN_URL)
    if in_url and authorization:
        raise InvalidArgumentError("Only one authentication may be given.")
    if authorization.startswith(_SCHEME):
        return _claim_in_header(request, authorization[len(_SCHEME) :])
    return _claim_in_url(request, query) if in_url else None


def _claim_in_header(request: SignedRequest, said: str) -> Claim:
    access_key_id, _, signature = said.strip().partition(":")
    if not signature:
        raise InvalidArgumentError("Authorization header is invalid.")
    date = request.header("x-oss-date") or request.header("date")
    try:
        signed_at = parsedate_to_datetime(date).replace(tzinfo=timezone.utc)
    except (ValueError, TypeError) as error:
        raise AccessDeniedError("OSS authentication requires a valid Date.") from error
    return Claim(
        access_key_id=access_key_id,
        signature=signature,
        token=request.header("x-oss-security-token"),
        sign=partial(_sign, request, date),
        signed_at=signed_at,
    )


def _claim_in_url(request: SignedRequest, query: Mapping[str, str]) -> Claim:
    if not request.key:
        raise AccessDeniedError(ec="0002-00000079")
    expires = query.get("Expires", "")
    if not _SECONDS.fullmatch(expires) or not all(map(query.get, _IN_URL)):
        raise AccessDeniedError("OSS authentication requires a valid Expires.")
    return Claim(
        access_key_id=query["OSSAccessKeyId"],
        signature=query["Signature"],
        token=query.get("security-token", ""),
        sign=partial(_sign, request, expires),
        expires_at=datetime.fromtimestamp(int(expires), timezone.utc),
    )


def _sign(request: SignedRequest, date: str, secret: str) -> str:
    first = (request.method, request.header("content-md5"), request.header("content-type"), date)
    headers = sorted(pair for pair in request.headers.items() if pair[0].startswith("x-oss-"))
    asked = sorted(pair for pair in request.query if not _UNSIGNED.fullmatch(pair[0]))
    resource = "&".join(f"{name}={value}" if value else name for name, value in asked)
    signed = b"".join((
        *(f"{line}\n".encode("latin-1") for line in first),
        *(name.encode() + b":" + value.strip() + b"\n" for name, value in headers),
        request.resource,
        f"?{resource}".encode() if asked else b"",
    ))  # fmt: skip
    return base64.b64encode(hmac.digest(secret.encode(), signed, "sha1")).decode()

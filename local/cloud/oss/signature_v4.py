"""Signatures of version 4, in a header or in a signed URL.

The algorithm: https://help.aliyun.com/zh/oss/developer-reference/recommend-to-use-signature-version-4
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import partial
from urllib.parse import quote

from local.cloud.oss.claims import Claim, SignedRequest
from local.cloud.oss.errors import AccessDeniedError, InvalidArgumentError

ALGORITHM = "OSS4-HMAC-SHA256"
_PRODUCT = "oss"
_TERMINATOR = "aliyun_v4_request"
_UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
_ALWAYS_SIGNED = ("content-type", "content-md5")
_WRONG_IN_HEADER = "Invalid signing region in Authorization header."
_WRONG_IN_URL = "The signing region in credential is invalid."
_MAX_EXPIRES_S = 604_800
_TIME_FORMAT = "%Y%m%dT%H%M%SZ"


def claim_v4(request: SignedRequest, region: str) -> Claim | None:
    """Return what a signature of this version claims, None where there is none."""
    query, authorization = dict(request.query), request.header("authorization")
    if authorization.startswith(ALGORITHM):
        return _claim_in_header(request, authorization, region)
    if query.get("x-oss-signature-version") == ALGORITHM:
        return _claim_in_url(request, query, region)
    return None


def _claim_in_header(request: SignedRequest, authorization: str, region: str) -> Claim:
    pairs = (part.strip().partition("=") for part in authorization[len(ALGORITHM) :].split(","))
    fields = {name: value for name, _, value in pairs}
    if request.header("x-oss-content-sha256") != _UNSIGNED_PAYLOAD:
        raise InvalidArgumentError("Invalid x-oss-content-sha256 header.")
    date, additional = request.header("x-oss-date"), _names(fields.get("AdditionalHeaders", ""))
    access_key_id, scope = parse_scope(fields.get("Credential", ""), region)
    return Claim(
        access_key_id=access_key_id,
        signature=fields.get("Signature", ""),
        token=request.header("x-oss-security-token"),
        sign=partial(_sign, _canonical_request(request, request.query, additional), date, scope),
        signed_at=parse_time(date, scope),
    )


def _claim_in_url(request: SignedRequest, query: Mapping[str, str], region: str) -> Claim:
    said = {name.removeprefix("x-oss-"): value for name, value in query.items()}
    covered = [pair for pair in request.query if pair[0] != "x-oss-signature"]
    date, additional = said.get("date", ""), _names(said.get("additional-headers", ""))
    access_key_id, scope = parse_scope(said.get("credential", ""), region, _WRONG_IN_URL)
    signed_at = parse_time(date, scope)
    return Claim(
        access_key_id=access_key_id,
        signature=said.get("signature", ""),
        token=said.get("security-token", ""),
        sign=partial(_sign, _canonical_request(request, covered, additional), date, scope),
        signed_at=signed_at,
        expires_at=signed_at + timedelta(seconds=_parse_expires(said.get("expires", ""))),
    )


def parse_scope(credential: str, region: str, wrong: str = _WRONG_IN_HEADER) -> tuple[str, str]:
    """Return access key id and scope of a credential, or raise InvalidArgumentError."""
    access_key_id, _, scope = credential.partition("/")
    parts = scope.split("/")
    if len(parts) != 4 or parts[3] != _TERMINATOR:
        raise InvalidArgumentError("Invalid credential in Authorization header.")
    if parts[1] != region:
        raise InvalidArgumentError(wrong, ec="0002-00000226")
    if parts[2] != _PRODUCT:
        raise InvalidArgumentError(
            "Invalid signing product in Authorization header.", ec="0002-00000227"
        )
    return access_key_id, scope


def _names(listed: str) -> tuple[str, ...]:
    return tuple(sorted(name.strip().lower() for name in listed.split(";") if name.strip()))


def _parse_expires(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _MAX_EXPIRES_S:
        raise InvalidArgumentError("Invalid x-oss-expires parameter.", ec="0002-00000232")
    return int(text)


def parse_time(text: str, scope: str) -> datetime:
    """Return the moment of a signature, which is on the day of its scope."""
    try:
        moment = datetime.strptime(text, _TIME_FORMAT).replace(tzinfo=timezone.utc)
    except ValueError as error:
        raise AccessDeniedError("OSS authentication requires a valid Date.") from error
    if text[:8] != scope.partition("/")[0]:
        raise InvalidArgumentError("Invalid signing date in Authorization header.")
    return moment


def _canonical_request(
    request: SignedRequest, query: Sequence[tuple[str, str]], additional: Sequence[str]
) -> bytes:
    return b"\n".join(
        (
            request.method.encode(),
            quote(request.resource, safe="/-_.~").encode(),
            _canonical_query(query).encode(),
            _canonical_headers(request.headers, additional),
            ";".join(additional).encode(),
            _UNSIGNED_PAYLOAD.encode(),
        )
    )


def _canonical_query(query: Sequence[tuple[str, str]]) -> str:
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query)
    return "&".join(f"{name}={value}" if value else name for name, value in pairs)


def _canonical_headers(headers: Mapping[str, bytes], additional: Sequence[str]) -> bytes:
    signed = sorted(
        (name.encode(), value.strip())
        for name, value in headers.items()
        if name.startswith("x-oss-") or name in _ALWAYS_SIGNED or name in additional
    )
    return b"".join(name + b":" + value + b"\n" for name, value in signed)


def _sign(canonical_request: bytes, date: str, scope: str, secret: str) -> str:
    digest = hashlib.sha256(canonical_request).hexdigest()
    return sign_text("\n".join((ALGORITHM, date, scope, digest)), scope, secret)


def sign_text(text: str, scope: str, secret: str) -> str:
    """Return a text's signature by the key that a secret has for a scope."""
    key = f"aliyun_v4{secret}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    return _hmac(key, text).hex()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()

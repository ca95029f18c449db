"""Check signatures of version 4, in a header or in a signed URL.

The algorithm: https://help.aliyun.com/zh/oss/developer-reference/recommend-to-use-signature-version-4
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

from local.cloud.oss.documents import iso_seconds
from local.cloud.oss.errors import (
    AccessDeniedError,
    InvalidAccessKeyIdError,
    InvalidArgumentError,
    InvalidSecurityTokenError,
    RequestTimeTooSkewedError,
    SignatureDoesNotMatchError,
)

_ALGORITHM = "OSS4-HMAC-SHA256"
_PRODUCT = "oss"
_TERMINATOR = "aliyun_v4_request"
_UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
_ALWAYS_SIGNED = ("content-type", "content-md5")
_MAX_SKEW = timedelta(minutes=15)
_MAX_EXPIRES_S = 604_800
_TIME_FORMAT = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class SignedRequest:
    """What a signature covers: the resource "/bucket/key" and all else as received, decoded."""

    method: str
    resource: bytes
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, bytes]

    def header(self, name: str) -> str:
        """Return a header's text by lower-case name, "" when absent."""
        return self.headers.get(name, b"").decode("latin-1").strip()


@dataclass(frozen=True)
class _Claim:
    """What the signer says."""

    credential: str
    signature: str
    signed_at: str
    additional: tuple[str, ...]
    token: str
    expires_s: int | None = None
    query: Sequence[tuple[str, str]] = field(default_factory=tuple)


class SignatureVerifier:
    """Knows the secrets of the access keys; `tokens` names keys that need a security token."""

    def __init__(
        self,
        keys: Mapping[str, str],
        *,
        region: str,
        clock: Callable[[], datetime],
        tokens: Mapping[str, str] | None = None,
    ) -> None:
        self._keys = dict(keys)
        self._region = region
        self._clock = clock
        self._tokens = dict(tokens or {})

    def verify(self, request: SignedRequest) -> str:
        """Return the access key id that signed the request, or raise as OSS refuses it."""
        claim = _claim_of(request)
        access_key_id, date, scope = self._scope(claim)
        signed_at = _parse_time(claim.signed_at, date)
        self._check_token(access_key_id, claim)
        secret = self._keys.get(access_key_id)
        if secret is None:
            raise InvalidAccessKeyIdError(
                ec="0002-00000902", details={"OSSAccessKeyId": access_key_id}
            )
        self._check_time(signed_at, claim.expires_s)
        expected = _sign(secret, claim, scope, _canonical_request(request, claim))
        if not hmac.compare_digest(expected.encode(), claim.signature.encode()):
            raise SignatureDoesNotMatchError(details={"SignatureProvided": claim.signature})
        return access_key_id

    def _scope(self, claim: _Claim) -> tuple[str, str, str]:
        access_key_id, _, scope = claim.credential.partition("/")
        parts = scope.split("/")
        if len(parts) != 4 or parts[3] != _TERMINATOR:
            raise InvalidArgumentError("Invalid credential in Authorization header.")
        if parts[1] != self._region:
            raise InvalidArgumentError(
                "Invalid signing region in Authorization header.", ec="0002-00000226"
            )
        if parts[2] != _PRODUCT:
            raise InvalidArgumentError(
                "Invalid signing product in Authorization header.", ec="0002-00000227"
            )
        return access_key_id, parts[0], scope

    def _check_token(self, access_key_id: str, claim: _Claim) -> None:
        expected = self._tokens.get(access_key_id, "")
        if claim.token == expected:
            return
        if not claim.token:
            raise InvalidAccessKeyIdError(details={"OSSAccessKeyId": access_key_id})
        raise InvalidSecurityTokenError

    def _check_time(self, signed_at: datetime, expires_s: int | None) -> None:
        now = self._clock()
        too_late = expires_s is None and now - signed_at > _MAX_SKEW
        if signed_at - now > _MAX_SKEW or too_late:
            raise RequestTimeTooSkewedError(
                details={
                    "RequestTime": iso_seconds(signed_at),
                    "ServerTime": iso_seconds(now),
                    "MaxAllowedSkewMilliseconds": "900000",
                }
            )
        if expires_s is not None and now >= signed_at + timedelta(seconds=expires_s):
            raise AccessDeniedError(
                "Request has expired.",
                details={
                    "Expires": iso_seconds(signed_at + timedelta(seconds=expires_s)),
                    "ServerTime": iso_seconds(now),
                },
            )


def _claim_of(request: SignedRequest) -> _Claim:
    query = dict(request.query)
    authorization = request.header("authorization")
    if authorization.startswith(_ALGORITHM):
        return _claim_in_header(request, authorization)
    if query.get("x-oss-signature-version") == _ALGORITHM:
        return _claim_in_url(request, query)
    if authorization or "OSSAccessKeyId" in query or "x-oss-signature-version" in query:
        raise AccessDeniedError("Only signatures of version 4 are accepted.")
    raise AccessDeniedError(ec="0003-00000001")


def _claim_in_header(request: SignedRequest, authorization: str) -> _Claim:
    pairs = (part.strip().partition("=") for part in authorization[len(_ALGORITHM) :].split(","))
    fields = {name: value for name, _, value in pairs}
    if request.header("x-oss-content-sha256") != _UNSIGNED_PAYLOAD:
        raise InvalidArgumentError("Invalid x-oss-content-sha256 header.")
    return _Claim(
        credential=fields.get("Credential", ""),
        signature=fields.get("Signature", ""),
        signed_at=request.header("x-oss-date"),
        additional=_names(fields.get("AdditionalHeaders", "")),
        token=request.header("x-oss-security-token"),
        query=request.query,
    )


def _claim_in_url(request: SignedRequest, query: Mapping[str, str]) -> _Claim:
    said = {name.removeprefix("x-oss-"): value for name, value in query.items()}
    return _Claim(
        credential=said.get("credential", ""),
        signature=said.get("signature", ""),
        signed_at=said.get("date", ""),
        additional=_names(said.get("additional-headers", "")),
        token=said.get("security-token", ""),
        expires_s=_parse_expires(said.get("expires", "")),
        query=[pair for pair in request.query if pair[0] != "x-oss-signature"],
    )


def _names(listed: str) -> tuple[str, ...]:
    return tuple(sorted(name.strip().lower() for name in listed.split(";") if name.strip()))


def _parse_expires(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _MAX_EXPIRES_S:
        raise InvalidArgumentError("Invalid x-oss-expires parameter.", ec="0002-00000232")
    return int(text)


def _parse_time(text: str, scope_date: str) -> datetime:
    try:
        moment = datetime.strptime(text, _TIME_FORMAT).replace(tzinfo=timezone.utc)
    except ValueError as error:
        raise AccessDeniedError("OSS authentication requires a valid Date.") from error
    if text[:8] != scope_date:
        raise InvalidArgumentError("Invalid signing date in Authorization header.")
    return moment


def _canonical_request(request: SignedRequest, claim: _Claim) -> bytes:
    return b"\n".join(
        (
            request.method.encode(),
            quote(request.resource, safe="/-_.~").encode(),
            _canonical_query(claim.query).encode(),
            _canonical_headers(request.headers, claim.additional),
            ";".join(claim.additional).encode(),
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


def _sign(secret: str, claim: _Claim, scope: str, canonical_request: bytes) -> str:
    digest = hashlib.sha256(canonical_request).hexdigest()
    to_sign = "\n".join((_ALGORITHM, claim.signed_at, scope, digest))
    key = f"aliyun_v4{secret}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    return _hmac(key, to_sign).hex()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()

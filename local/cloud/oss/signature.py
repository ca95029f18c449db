"""Check who signed a request, and when."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Container, Mapping
from datetime import datetime, timedelta

from local.cloud.oss.claims import Claim, SignedRequest
from local.cloud.oss.documents import iso_seconds
from local.cloud.oss.errors import (
    AccessDeniedError,
    InvalidAccessKeyIdError,
    InvalidSecurityTokenError,
    NotImplementedByOssError,
    RequestTimeTooSkewedError,
    SignatureDoesNotMatchError,
)
from local.cloud.oss.signature_post import claim_in_form
from local.cloud.oss.signature_v1 import claim_v1
from local.cloud.oss.signature_v4 import claim_v4

_MAX_SKEW = timedelta(minutes=15)


class SignatureVerifier:
    """Knows the secrets of the access keys; `tokens` names keys that need a security token.

    The buckets of `old_buckets` take signatures of version 1 too, as those do that were made
    before September 2025.
    """

    def __init__(
        self,
        keys: Mapping[str, str],
        *,
        region: str,
        clock: Callable[[], datetime],
        tokens: Mapping[str, str] | None = None,
        old_buckets: Container[str] = (),
    ) -> None:
        self._keys = dict(keys)
        self._region = region
        self._clock = clock
        self._tokens = dict(tokens or {})
        self._old_buckets = old_buckets

    def verify(self, request: SignedRequest) -> str:
        """Return the access key id that signed the request, or raise as OSS refuses it."""
        return self._verified(self._claim(request))

    def verify_form(self, fields: Mapping[str, str]) -> str:
        """Return the access key id that signed a form's policy, or raise as OSS refuses it."""
        return self._verified(claim_in_form(fields, self._region))

    def _verified(self, claim: Claim) -> str:
        self._check_token(claim)
        secret = self._keys.get(claim.access_key_id)
        if secret is None:
            raise InvalidAccessKeyIdError(
                ec="0002-00000902", details={"OSSAccessKeyId": claim.access_key_id}
            )
        self._check_time(claim)
        if not hmac.compare_digest(claim.sign(secret).encode(), claim.signature.encode()):
            raise SignatureDoesNotMatchError(details={"SignatureProvided": claim.signature})
        return claim.access_key_id

    def _claim(self, request: SignedRequest) -> Claim:
        if claim := claim_v4(request, self._region):
            return claim
        if claim := claim_v1(request):
            if request.bucket not in self._old_buckets:
                raise AccessDeniedError(
                    "Only signatures of version 4 are accepted.", ec="0002-00000080"
                )
            return claim
        if request.header("authorization") or "x-oss-signature-version" in dict(request.query):
            raise NotImplementedByOssError(details={"Header": "Authorization"})
        raise AccessDeniedError(ec="0003-00000001")

    def _check_token(self, claim: Claim) -> None:
        expected = self._tokens.get(claim.access_key_id, "")
        if claim.token == expected:
            return
        if not claim.token:
            raise InvalidAccessKeyIdError(details={"OSSAccessKeyId": claim.access_key_id})
        raise InvalidSecurityTokenError

    def _check_time(self, claim: Claim) -> None:
        now, signed_at, expires_at = self._clock(), claim.signed_at, claim.expires_at
        late = signed_at and expires_at is None and now - signed_at > _MAX_SKEW
        if signed_at and (late or signed_at - now > _MAX_SKEW):
            raise RequestTimeTooSkewedError(
                details={
                    "RequestTime": iso_seconds(signed_at),
                    "ServerTime": iso_seconds(now),
                    "MaxAllowedSkewMilliseconds": "900000",
                }
            )
        if expires_at and now >= expires_at:
            raise AccessDeniedError(
                "Request has expired.",
                details={"Expires": iso_seconds(expires_at), "ServerTime": iso_seconds(now)},
            )

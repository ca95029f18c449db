"""Signatures of version 4 for `oss2`, at a time that can be put right; the SDK's own cannot.

https://help.aliyun.com/zh/oss/developer-reference/recommend-to-use-signature-version-4
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from shared.adapters.signing_clock import SigningClock
from shared.settings.credentials import Credentials

_ALGORITHM = "OSS4-HMAC-SHA256"
_UNSIGNED = "UNSIGNED-PAYLOAD"
_TIME = "%Y%m%dT%H%M%SZ"
_ALWAYS_SIGNED = frozenset({"content-type", "content-md5"})


class OssSigner:
    """What `oss2.Bucket` calls to sign; asks for the credentials each time, as they are renewed."""

    def __init__(self, credentials: Callable[[], Credentials], clock: SigningClock) -> None:
        self._credentials = credentials
        self._clock = clock

    def auth_version(self) -> str:
        """Return what the SDK asks for; under version 1 it would refuse some keys."""
        return "v4"

    def _sign_request(self, req: Any, bucket_name: str, key: str) -> None:
        who, moment = self._credentials(), self._moment()
        req.headers["x-oss-date"] = moment
        req.headers["x-oss-content-sha256"] = _UNSIGNED
        if who.security_token:
            req.headers["x-oss-security-token"] = who.security_token
        scope = _scope(req.region, moment)
        signature = _signature(req, f"/{bucket_name}/{key}", who, moment=moment, scope=scope)
        claim = f"Credential={who.access_key_id}/{scope}, Signature={signature}"
        req.headers["authorization"] = f"{_ALGORITHM} {claim}"

    def _sign_url(self, req: Any, bucket_name: str, key: str, expires: int) -> str:
        who, moment = self._credentials(), self._moment()
        scope = _scope(req.region, moment)
        if who.security_token:
            req.params["x-oss-security-token"] = who.security_token
        req.params.update(
            {
                "x-oss-signature-version": _ALGORITHM,
                "x-oss-credential": f"{who.access_key_id}/{scope}",
                "x-oss-date": moment,
                "x-oss-expires": str(expires),
            }
        )
        signed = _signature(req, f"/{bucket_name}/{key}", who, moment=moment, scope=scope)
        return f"{req.url}?{_query(req.params)}&x-oss-signature={signed}"

    def form(
        self, fields: Mapping[str, str], *, bucket: str, region: str, size: int, seconds: int
    ) -> tuple[dict[str, str], datetime]:
        """Return these fields of a form with its policy, signed, and until when it holds.

        https://help.aliyun.com/zh/oss/developer-reference/signature-version-4-recommend
        """
        who, now = self._credentials(), self._clock.now()
        moment, expires_at = now.strftime(_TIME), now + timedelta(seconds=seconds)
        scope = _scope(region, moment)
        signed = {
            **fields,
            "x-oss-signature-version": _ALGORITHM,
            "x-oss-credential": f"{who.access_key_id}/{scope}",
            "x-oss-date": moment,
        }
        if who.security_token:
            signed["x-oss-security-token"] = who.security_token
        policy = {
            "expiration": expires_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "conditions": [
                {"bucket": bucket},
                ["content-length-range", size, size],
                *(["eq", f"${name}", value] for name, value in signed.items()),
            ],
        }
        encoded = base64.b64encode(json.dumps(policy).encode()).decode()
        signature = _signed(encoded, scope, who)
        return {**signed, "policy": encoded, "x-oss-signature": signature}, expires_at

    def _moment(self) -> str:
        return self._clock.now().strftime(_TIME)


def _scope(region: str, moment: str) -> str:
    return f"{moment[:8]}/{region}/oss/aliyun_v4_request"


def _signature(req: Any, resource: str, who: Credentials, *, moment: str, scope: str) -> str:
    headers = sorted(
        (name.lower(), value)
        for name, value in req.headers.items()
        if name.lower().startswith("x-oss-") or name.lower() in _ALWAYS_SIGNED
    )
    request = [req.method, quote(resource), _query(req.params)]
    request += ["".join(f"{name}:{value}\n" for name, value in headers), "", _UNSIGNED]
    digest = hashlib.sha256("\n".join(request).encode()).hexdigest()
    return _signed("\n".join([_ALGORITHM, moment, scope, digest]), scope, who)


def _signed(text: str, scope: str, who: Credentials) -> str:
    key = f"aliyun_v4{who.access_key_secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _query(params: Mapping[str, str]) -> str:
    pairs = sorted((quote(name, safe=""), quote(value, safe="")) for name, value in params.items())
    return "&".join(f"{name}={value}" if value else name for name, value in pairs)

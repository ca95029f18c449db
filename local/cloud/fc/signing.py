"""Check the two signatures FC takes, from the vendor's public descriptions.

`FC ak:signature` of the 2016-08-15 API, and ACS3-HMAC-SHA256, "V3 request structure and
signature", of the 2023-03-30 API and of signed HTTP triggers.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, quote, unquote

from fc2.auth import Auth

from local.cloud.fc.refusals import CLOCK_SKEW_SECONDS, RefusedError
from local.cloud.fc.shapes import HttpRequest

_FC = re.compile(r"FC ([^:\s]+):(\S+)")
_ACS3 = re.compile(
    r"ACS3-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]+)"
)
_COMMON_HEADERS = ("x-acs-action", "x-acs-version", "x-acs-signature-nonce", "x-acs-content-sha256")


class Verifier:
    """Check signatures against known keys, access key id to secret."""

    def __init__(self, keys: Mapping[str, str], clock: Callable[[], datetime]) -> None:
        self._keys = keys
        self._clock = clock

    def check_fc(self, request: HttpRequest) -> str:
        """Check a 2016-08-15 signature; return the access key id or raise RefusedError."""
        key, _ = self._parsed(request, _FC)
        headers = request.joined_headers
        at = _rfc1123(_required(headers, "date"))
        signed = Auth(key, self._secret(key)).sign_request(
            request.method, unquote(request.raw_path), headers
        )
        _compare(signed, headers["authorization"])
        self._check_time(at)
        return key

    def check_acs3(self, request: HttpRequest) -> str:
        """Check an API call's signature, over its body too; its access key id or RefusedError."""
        for name in _COMMON_HEADERS:
            _required(request.joined_headers, name)
        digest = hashlib.sha256(request.body).hexdigest()
        if request.joined_headers["x-acs-content-sha256"] != digest:
            raise RefusedError(
                400, "InvalidArgument", "x-acs-content-sha256 is not the SHA-256 of the body"
            )
        return self._check_acs3(request, digest)

    def check_acs3_trigger(self, request: HttpRequest) -> None:
        """Check the signature of a call to an HTTP trigger, which leaves the body out."""
        self._check_acs3(request, "")

    def _check_acs3(self, request: HttpRequest, payload_digest: str) -> str:
        key, signed_names, signature = self._parsed(request, _ACS3)
        date = _required(request.joined_headers, "x-acs-date")
        names = signed_names.split(";")
        _check_signed_names(names, request.joined_headers)
        canonical = acs3_canonical_request(request, names, payload_digest)
        text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
        secret = self._secret(key).encode()
        _compare(hmac.new(secret, text.encode(), hashlib.sha256).hexdigest(), signature)
        self._check_time(_iso(date))
        return key

    def _parsed(self, request: HttpRequest, form: re.Pattern[str]) -> tuple[str, ...]:
        match = form.fullmatch(_required(request.joined_headers, "authorization"))
        if not match:
            raise RefusedError(400, "InvalidArgument", "the Authorization header is malformed")
        return match.groups()

    def _secret(self, key: str) -> str:
        if key not in self._keys:
            raise RefusedError(403, "InvalidAccessKeyID", f"invalid access key ID '{key}'")
        return self._keys[key]

    def _check_time(self, at: datetime) -> None:
        now = self._clock()
        if abs((now - at).total_seconds()) > CLOCK_SKEW_SECONDS:
            message = (
                f"the difference between the request time {at.isoformat()} "
                f"and the current time {now.isoformat()} is too large"
            )
            raise RefusedError(403, "AccessDenied", message)


def acs3_canonical_request(request: HttpRequest, names: list[str], payload_digest: str) -> str:
    """Write the canonical request of ACS3: six parts, one a line, headers each ended by one."""
    pairs = sorted(parse_qsl(request.query, keep_blank_values=True))
    headers = "".join(f"{name}:{request.joined_headers[name].strip()}\n" for name in names)
    return "\n".join(
        [
            request.method,
            quote(unquote(request.raw_path), safe="/-_.~"),
            "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in pairs),
            headers,
            ";".join(names),
            payload_digest,
        ]
    )


def _check_signed_names(names: list[str], headers: Mapping[str, str]) -> None:
    must = {n for n in headers if n.startswith("x-acs-") or n in {"host", "content-type"}}
    if names != sorted(names) or not must <= set(names) or not set(names) <= set(headers):
        message = "SignedHeaders must be sorted and name host, content-type and every x-acs- header"
        raise RefusedError(403, "SignatureNotMatch", message)


def _compare(expected: str, given: str) -> None:
    if not hmac.compare_digest(expected.encode(), given.encode()):
        message = (
            "The request signature we calculated does not match the signature you provided. "
            "Check your access key and signing method."
        )
        raise RefusedError(403, "SignatureNotMatch", message)


def _required(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name)
    if not value:
        raise RefusedError(
            400, "MissingRequiredHeader", f"required HTTP header {name} was not specified"
        )
    return value


def _rfc1123(text: str) -> datetime:
    try:
        return parsedate_to_datetime(text).astimezone(timezone.utc)
    except (ValueError, OverflowError) as error:
        raise RefusedError(400, "InvalidArgument", f"date {text!r} is not RFC 1123") from error


def _iso(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    except ValueError as error:
        raise RefusedError(400, "InvalidArgument", f"x-acs-date {text!r} is malformed") from error

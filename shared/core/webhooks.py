"""Signatures of Standard Webhooks, on the raw bytes.

Format: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence

from shared.core.errors import UnauthorizedError

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
WINDOW_SECONDS = 300
_PREFIX = "whsec_"


def sign(message_id: str, timestamp: int, body: bytes, secret: str) -> str:
    """Return one signature, `v1,…`; the secret is `whsec_` and base64."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def signed_headers(
    message_id: str, timestamp: int, body: bytes, secrets: Sequence[str]
) -> dict[str, str]:
    """Return the three headers, with a signature for each secret while one replaces the other."""
    signatures = " ".join(sign(message_id, timestamp, body, secret) for secret in secrets)
    return {ID: message_id, TIMESTAMP: str(timestamp), SIGNATURE: signatures}


def verify(headers: Mapping[str, str], body: bytes, *, secrets: Sequence[str], now: float) -> str:
    """Return the id of a message that is signed with one of the secrets and fresh.

    Header names are lower case. UnauthorizedError for everything else, and for no more reason
    than that.
    """
    message_id, sent_at = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    plain = message_id.isascii() and headers.get(SIGNATURE, "").isascii()
    if not message_id or not plain or not _is_fresh(sent_at, now) or not secrets:
        raise _refusal()
    given = [each.encode() for each in headers.get(SIGNATURE, "").split(" ") if each]
    wanted = [sign(message_id, int(sent_at), body, secret).encode() for secret in secrets]
    # Each pair is compared, whatever the ones before gave.
    matches = [hmac.compare_digest(one, other) for one in given[:16] for other in wanted]
    if not any(matches):
        raise _refusal()
    return message_id


def is_secret(text: str) -> bool:
    """Say whether the text can be signed with: `whsec_` and base64 of at least 24 bytes."""
    try:
        return text.startswith(_PREFIX) and len(_key(text)) >= 24
    except ValueError:
        return False


def _is_fresh(sent_at: str, now: float) -> bool:
    plain = sent_at.isascii() and sent_at.isdigit() and len(sent_at) <= 12
    return plain and str(int(sent_at)) == sent_at and abs(now - int(sent_at)) <= WINDOW_SECONDS


def _refusal() -> UnauthorizedError:
    return UnauthorizedError("the message is not signed as agreed, or not now")


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a webhook secret is whsec_ and base64") from None

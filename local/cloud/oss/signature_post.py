"""Signatures of version 4 in a form: of its policy alone.

https://help.aliyun.com/zh/oss/developer-reference/signature-version-4-recommend
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from local.cloud.oss.claims import Claim
from local.cloud.oss.errors import (
    AccessDeniedError,
    InvalidArgumentError,
    NotImplementedByOssError,
)
from local.cloud.oss.signature_v4 import ALGORITHM, parse_scope, parse_time, sign_text

# Since the moment that it was signed for, however much longer its policy may hold.
_LONGEST = timedelta(days=7)
_OF_OTHER_VERSIONS = ("ossaccesskeyid", "signature")


def claim_in_form(fields: Mapping[str, str], region: str) -> Claim:
    """Return what a form claims, its fields by lower-case name; AccessDeniedError for none."""
    if any(name in fields for name in _OF_OTHER_VERSIONS):
        raise NotImplementedByOssError(details={"FormField": "Signature"})
    if "policy" not in fields:
        raise AccessDeniedError(ec="0003-00000001")
    if fields.get("x-oss-signature-version") != ALGORITHM:
        raise InvalidArgumentError("Invalid x-oss-signature-version field.", ec="0002-00000709")
    if not fields.get("x-oss-signature"):
        raise InvalidArgumentError("Missing x-oss-signature field.", ec="0002-00000704")
    date = fields.get("x-oss-date", "")
    access_key_id, scope = parse_scope(
        fields.get("x-oss-credential", ""), region, "Invalid signing region in x-oss-credential."
    )
    signed_at = parse_time(date, scope)
    return Claim(
        access_key_id=access_key_id,
        signature=fields["x-oss-signature"],
        token=fields.get("x-oss-security-token", ""),
        sign=partial(sign_text, fields["policy"], scope),
        signed_at=signed_at,
        expires_at=signed_at + _LONGEST,
    )

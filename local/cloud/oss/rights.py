"""On which resources a request needs its permission."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.cloud.oss.documents import parse_document, text_of
from local.cloud.oss.errors import AccessDeniedError
from local.cloud.ram.policy import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.cloud.oss.calls import OssCall


def check_rights(call: OssCall, permission: str, allows: Callable[[Request], bool]) -> None:
    """Raise AccessDeniedError where the caller may not do all that the request asks for."""
    for wanted in _wanted(call, permission):
        if not allows(wanted):
            raise AccessDeniedError(ec="0003-00000001")


def _wanted(call: OssCall, permission: str) -> Iterator[Request]:
    bucket = f"acs:oss:*:*:{call.bucket}"
    if call.key:
        yield Request(permission, f"{bucket}/{call.key}")
        if "x-oss-copy-source" in call.headers:
            source = call.headers["x-oss-copy-source"].removeprefix("/")
            yield Request("oss:GetObject", f"acs:oss:*:*:{source}")
    elif permission == "oss:DeleteObject":
        for item in parse_document(call.body, "Delete").iter("Object"):
            yield Request(permission, f"{bucket}/{text_of(item, 'Key')}")
    else:
        listed = permission == "oss:ListObjects"
        yield Request(permission, bucket, call.query.get("prefix", "") if listed else None)

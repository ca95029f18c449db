"""Which permissions a request needs.

The list: https://help.aliyun.com/zh/oss/user-guide/how-oss-works-with-ram
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.oss.documents import parse_document, text_of
from local.oss.errors import AccessDeniedError, NotImplementedByOssError
from local.ram.policy import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.oss.calls import OssCall

_ON_OBJECT = {
    ("PUT", ""): "oss:PutObject",
    ("GET", ""): "oss:GetObject",
    ("HEAD", ""): "oss:GetObject",
    ("HEAD", "objectMeta"): "oss:GetObject",
    ("DELETE", ""): "oss:DeleteObject",
    ("GET", "tagging"): "oss:GetObjectTagging",
    ("PUT", "tagging"): "oss:PutObjectTagging",
    ("DELETE", "tagging"): "oss:DeleteObjectTagging",
    ("POST", "uploads"): "oss:PutObject",
    ("PUT", "uploadId"): "oss:PutObject",
    ("GET", "uploadId"): "oss:ListParts",
    ("POST", "uploadId"): "oss:PutObject",
    ("DELETE", "uploadId"): "oss:AbortMultipartUpload",
}
_ON_BUCKET = {
    ("GET", "versioning"): "oss:GetBucketVersioning",
    ("PUT", "versioning"): "oss:PutBucketVersioning",
}


def check_rights(call: OssCall, action: str, allows: Callable[[Request], bool]) -> None:
    """Raise AccessDeniedError where the caller may not do all that the request asks for."""
    for wanted in _wanted(call, action):
        if not allows(wanted):
            raise AccessDeniedError(ec="0003-00000001")


def _wanted(call: OssCall, action: str) -> Iterator[Request]:
    bucket = f"acs:oss:*:*:{call.bucket}"
    if not call.key and action == "list-type":
        yield Request("oss:ListObjects", bucket, call.query.get("prefix", ""))
    elif not call.key and action == "delete":
        for item in parse_document(call.body, "Delete").iter("Object"):
            yield Request("oss:DeleteObject", f"{bucket}/{text_of(item, 'Key')}")
    elif (call.method, action) not in (_ON_OBJECT if call.key else _ON_BUCKET):
        raise NotImplementedByOssError(details={"Method": call.method, "ResourceType": action})
    elif call.key:
        yield Request(_ON_OBJECT[call.method, action], f"{bucket}/{call.key}")
        if "x-oss-copy-source" in call.headers:
            source = call.headers["x-oss-copy-source"].removeprefix("/")
            yield Request("oss:GetObject", f"acs:oss:*:*:{source}")
    else:
        yield Request(_ON_BUCKET[call.method, action], bucket)

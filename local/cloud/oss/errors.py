"""What the service refuses, with the status, code and words that OSS uses (errors.json).

Codes and statuses: https://help.aliyun.com/zh/oss/support/http-status-code-and-error-codes
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


@functools.cache
def _told() -> dict[str, dict[str, Any]]:
    table: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_suffix(".json").read_bytes())
    return table


class OssError(Exception):
    """Base of every refusal; `details` become extra elements of the XML body."""

    code = "InternalError"

    def __init__(
        self,
        message: str | None = None,
        *,
        ec: str | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        told = _told()[self.code]
        self.message: str = message or told["message"]
        super().__init__(self.message)
        self.status: int = told["status"]
        self.ec: str = told.get("ec", "") if ec is None else ec
        self.details = dict(details or {})


def _kind(code: str) -> type[OssError]:
    return type(f"{code}Error", (OssError,), {"code": code})


InvalidArgumentError = _kind("InvalidArgument")
InvalidObjectNameError = _kind("InvalidObjectName")
InvalidDigestError = _kind("InvalidDigest")
InvalidTagError = _kind("InvalidTag")
MalformedXmlError = _kind("MalformedXML")
InvalidPartError = _kind("InvalidPart")
InvalidPartOrderError = _kind("InvalidPartOrder")
MalformedPOSTRequestError = _kind("MalformedPOSTRequest")
IncorrectNumberOfFilesInPOSTRequestError = _kind("IncorrectNumberOfFilesInPOSTRequest")
InvalidPolicyDocumentError = _kind("InvalidPolicyDocument")
EntityTooLargeError = _kind("EntityTooLarge")
EntityTooSmallError = _kind("EntityTooSmall")
AccessDeniedError = _kind("AccessDenied")
AccessForbiddenError = _kind("AccessForbidden")
InvalidAccessKeyIdError = _kind("InvalidAccessKeyId")
InvalidSecurityTokenError = _kind("InvalidSecurityToken")
RequestTimeTooSkewedError = _kind("RequestTimeTooSkewed")
SignatureDoesNotMatchError = _kind("SignatureDoesNotMatch")
NoSuchBucketError = _kind("NoSuchBucket")
NoSuchKeyError = _kind("NoSuchKey")
NoSuchCORSConfigurationError = _kind("NoSuchCORSConfiguration")
NoSuchUploadError = _kind("NoSuchUpload")
FileAlreadyExistsError = _kind("FileAlreadyExists")
PreconditionFailedError = _kind("PreconditionFailed")
InvalidRangeError = _kind("InvalidRange")
NotImplementedByOssError = _kind("NotImplemented")
MethodNotAllowedError = _kind("MethodNotAllowed")

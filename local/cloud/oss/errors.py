"""What the service refuses, with the status, code and words that OSS uses.

Codes and statuses: https://help.aliyun.com/zh/oss/support/http-status-code-and-error-codes
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class OssError(Exception):
    """Base of every refusal; `details` become extra elements of the XML body."""

    status = 500
    code = "InternalError"
    message = "We encountered an internal error. Please try again."
    ec = ""

    def __init__(
        self,
        message: str | None = None,
        *,
        ec: str | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message
        self.ec = self.ec if ec is None else ec
        self.details = dict(details or {})


def _kind(code: str, status: int, message: str, ec: str = "") -> type[OssError]:
    """Make the class of one refusal."""
    told = {"code": code, "status": status, "message": message, "ec": ec}
    return type(f"{code}Error", (OssError,), told)


InvalidArgumentError = _kind("InvalidArgument", 400, "The argument you provided is invalid.")
InvalidObjectNameError = _kind("InvalidObjectName", 400, "The specified object is not valid.")
InvalidDigestError = _kind(
    "InvalidDigest", 400, "The Content-MD5 you specified did not match what we received."
)
InvalidTagError = _kind("InvalidTag", 400, "The tags you provided are invalid.")
MalformedXmlError = _kind(
    "MalformedXML", 400, "The XML you provided was not well-formed or did not validate."
)
InvalidPartError = _kind(
    "InvalidPart", 400, "One or more of the specified parts could not be found."
)
InvalidPartOrderError = _kind(
    "InvalidPartOrder", 400, "The list of parts was not in ascending order."
)
EntityTooSmallError = _kind(
    "EntityTooSmall", 400, "Your proposed upload smaller than the minimum allowed size."
)
AccessDeniedError = _kind(
    "AccessDenied", 403, "You have no right to access this object because of bucket acl."
)
InvalidAccessKeyIdError = _kind(
    "InvalidAccessKeyId", 403, "The OSS Access Key Id you provided does not exist in our records."
)
InvalidSecurityTokenError = _kind(
    "InvalidSecurityToken", 403, "The security token you provided is invalid."
)
RequestTimeTooSkewedError = _kind(
    "RequestTimeTooSkewed",
    403,
    "The difference between the request time and the current time is too large.",
)
SignatureDoesNotMatchError = _kind(
    "SignatureDoesNotMatch",
    403,
    "The request signature we calculated does not match the signature you provided. "
    "Check your key and signing method.",
)
NoSuchBucketError = _kind("NoSuchBucket", 404, "The specified bucket does not exist.")
NoSuchKeyError = _kind("NoSuchKey", 404, "The specified key does not exist.")
NoSuchUploadError = _kind("NoSuchUpload", 404, "The specified upload does not exist.")
FileAlreadyExistsError = _kind(
    "FileAlreadyExists",
    409,
    "The object you specified already exists and can not be overwritten.",
    "0026-00000002",
)
PreconditionFailedError = _kind(
    "PreconditionFailed", 412, "At least one of the pre-conditions you specified did not hold."
)
InvalidRangeError = _kind("InvalidRange", 416, "The requested range cannot be satisfied.")
NotImplementedByOssError = _kind(
    "NotImplemented",
    501,
    "A header or parameter you provided implies functionality that is not implemented.",
)
MethodNotAllowedError = _kind(
    "MethodNotAllowed", 405, "The specified method is not allowed against this resource."
)

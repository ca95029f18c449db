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


class InvalidArgumentError(OssError):
    """A parameter or header has a value that is not allowed."""

    status = 400
    code = "InvalidArgument"
    message = "The argument you provided is invalid."


class InvalidObjectNameError(OssError):
    """A key that OSS does not take."""

    status = 400
    code = "InvalidObjectName"
    message = "The specified object is not valid."


class InvalidDigestError(OssError):
    """Content-MD5 is malformed or not that of the body."""

    status = 400
    code = "InvalidDigest"
    message = "The Content-MD5 you specified did not match what we received."


class InvalidTagError(OssError):
    """Object tags beyond what OSS takes."""

    status = 400
    code = "InvalidTag"
    message = "The tags you provided are invalid."


class MalformedXmlError(OssError):
    """A body that is not the XML document asked for."""

    status = 400
    code = "MalformedXML"
    message = "The XML you provided was not well-formed or did not validate."


class InvalidPartError(OssError):
    """Completing an upload names a part that was not uploaded so."""

    status = 400
    code = "InvalidPart"
    message = "One or more of the specified parts could not be found."


class InvalidPartOrderError(OssError):
    """Part numbers do not rise."""

    status = 400
    code = "InvalidPartOrder"
    message = "The list of parts was not in ascending order."


class EntityTooSmallError(OssError):
    """A part other than the last is below 100 KiB."""

    status = 400
    code = "EntityTooSmall"
    message = "Your proposed upload smaller than the minimum allowed size."


class AccessDeniedError(OssError):
    """No or expired credentials."""

    status = 403
    code = "AccessDenied"
    message = "You have no right to access this object because of bucket acl."


class InvalidAccessKeyIdError(OssError):
    """An access key nobody has, or a temporary one without its token."""

    status = 403
    code = "InvalidAccessKeyId"
    message = "The OSS Access Key Id you provided does not exist in our records."


class InvalidSecurityTokenError(OssError):
    """A token that does not belong to the access key."""

    status = 403
    code = "InvalidSecurityToken"
    message = "The security token you provided is invalid."


class RequestTimeTooSkewedError(OssError):
    """The signer's clock is more than 15 minutes off."""

    status = 403
    code = "RequestTimeTooSkewed"
    message = "The difference between the request time and the current time is too large."


class SignatureDoesNotMatchError(OssError):
    """Another secret, or a request changed after it was signed."""

    status = 403
    code = "SignatureDoesNotMatch"
    message = (
        "The request signature we calculated does not match the signature you provided. "
        "Check your key and signing method."
    )


class NoSuchBucketError(OssError):
    """The bucket is not one of those the store was made with."""

    status = 404
    code = "NoSuchBucket"
    message = "The specified bucket does not exist."


class NoSuchKeyError(OssError):
    """There is no such object."""

    status = 404
    code = "NoSuchKey"
    message = "The specified key does not exist."


class NoSuchUploadError(OssError):
    """The upload was never begun, or is completed or aborted."""

    status = 404
    code = "NoSuchUpload"
    message = "The specified upload does not exist."


class FileAlreadyExistsError(OssError):
    """Create-if-absent met an object."""

    status = 409
    code = "FileAlreadyExists"
    message = "The object you specified already exists and can not be overwritten."
    ec = "0026-00000002"


class PreconditionFailedError(OssError):
    """If-Match does not hold."""

    status = 412
    code = "PreconditionFailed"
    message = "At least one of the pre-conditions you specified did not hold."


class InvalidRangeError(OssError):
    """The range lies outside and the caller asked for standard behaviour."""

    status = 416
    code = "InvalidRange"
    message = "The requested range cannot be satisfied."


class NotImplementedByOssError(OssError):
    """An operation the local service does not know."""

    status = 501
    code = "NotImplemented"
    message = "A header or parameter you provided implies functionality that is not implemented."


class MethodNotAllowedError(OssError):
    """The method means nothing for this resource."""

    status = 405
    code = "MethodNotAllowed"
    message = "The specified method is not allowed against this resource."

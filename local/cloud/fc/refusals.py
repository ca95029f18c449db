"""Requests that FC refuses before any function runs."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

MAX_SYNC_BYTES = 32 * 1024 * 1024
MAX_ASYNC_BYTES = 128 * 1024
CLOCK_SKEW_SECONDS = 15 * 60


class RefusedError(Exception):
    """FC's own refusal: an HTTP status and an error code, no function was run."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message


def too_large(limit: int) -> RefusedError:
    """Make the refusal of a payload above `limit` bytes."""
    return RefusedError(
        400, "EntityTooLarge", f"payload size exceeds maximum allowed size ({limit} bytes)"
    )


def refusal_response(refusal: RefusedError, request_id: str, *, capitals: bool = False) -> Response:
    """Answer with FC's error body; the 2016-08-15 API writes its keys with capitals.

    The SDK of the 2023-03-30 API reads what all the vendor's APIs say, besides what is documented.
    """
    if capitals:
        body = {"ErrorCode": refusal.code, "ErrorMessage": refusal.message}
    else:
        body = {"errorCode": refusal.code, "errorMessage": refusal.message}
        body |= {"Code": refusal.code, "Message": refusal.message, "RequestId": request_id}
    return JSONResponse(
        body,
        status_code=refusal.status,
        headers={"X-Fc-Request-Id": request_id, "X-Fc-Error-Type": "FcCommonError"},
    )

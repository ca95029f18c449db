"""The shapes in which the service answers and refuses."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response

# The compatible interface spells the same codes its own way.
_COMPAT_CODES = {
    "DataInspectionFailed": "data_inspection_failed",
    "InvalidApiKey": "invalid_api_key",
    "InvalidParameter": "invalid_request_error",
    "ModelNotFound": "model_not_found",
    "ModelNotSupported": "model_not_supported",
    "Throttling.RateQuota": "limit_requests",
    "Throttling.AllocationQuota": "insufficient_quota",
    "InternalError": "internal_error",
}
_GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


@dataclass(frozen=True)
class Refusal:
    """An error before it is put into one of the two shapes; `code` is the native one."""

    status: int
    code: str
    message: str


INVALID_KEY = Refusal(401, "InvalidApiKey", "Invalid API-key provided.")
MODERATED_INPUT = Refusal(
    400, "DataInspectionFailed", "Input data may contain inappropriate content."
)
MODERATED_OUTPUT = Refusal(
    400, "DataInspectionFailed", "Output data may contain inappropriate content."
)
ARREARS = Refusal(
    400, "Arrearage", "Access denied, please make sure your account is in good standing."
)
THROTTLED = Refusal(
    429, "Throttling.RateQuota", "Requests rate limit exceeded, please try again later."
)
MALFORMED = Refusal(400, "InvalidParameter", "The request body cannot be read.")


def new_request_id() -> str:
    """Return an id as the service writes them."""
    return str(uuid.uuid4())


def native_reply(body: dict[str, Any]) -> Response:
    """Answer in the service's own shape."""
    request_id = new_request_id()
    return JSONResponse({**body, "request_id": request_id}, headers={"X-Request-Id": request_id})


def native_error(refusal: Refusal) -> Response:
    """Refuse in the service's own shape."""
    body = {"code": refusal.code, "message": refusal.message, "request_id": new_request_id()}
    return JSONResponse(body, refusal.status)


def compat_error(refusal: Refusal) -> Response:
    """Refuse in the shape of the OpenAI-compatible interface."""
    code = _COMPAT_CODES.get(refusal.code, refusal.code)
    error = {"message": refusal.message, "type": code, "param": None, "code": code}
    request_id = new_request_id()
    body = {"error": error, "id": f"chatcmpl-{request_id}", "request_id": request_id}
    return JSONResponse(body, refusal.status)


def gateway_page() -> Response:
    """Answer as a proxy in front of the service does, with a page instead of JSON."""
    return Response(_GATEWAY_PAGE, 502, media_type="text/html")

"""A failure destination's event."""

from __future__ import annotations

from pydantic import Field

from shared.core.models import Lenient
from shared.edge.events.decoding import AboutOneJob


class _FailedContext(Lenient):
    request_id: str = Field("", alias="requestId")
    function_arn: str = Field("", alias="functionArn")
    condition: str = ""


class FailedInvocation(Lenient, AboutOneJob):
    """An asynchronous invocation that the platform has given up on."""

    context: _FailedContext = Field(alias="requestContext")
    payload: str = Field("", alias="requestPayload")

"""A failure destination's event."""

from __future__ import annotations

from pydantic import Field

from shared.edge.events.decoding import AboutOneJob, Event, parse


class _FailedContext(Event):
    request_id: str = Field("", alias="requestId")
    function_arn: str = Field("", alias="functionArn")
    condition: str = ""


class FailedInvocation(Event, AboutOneJob):
    """An asynchronous invocation that the platform has given up on."""

    context: _FailedContext = Field(alias="requestContext")
    payload: str = Field("", alias="requestPayload")


def decode_failure(event: bytes) -> FailedInvocation:
    """Return the event of a failure destination."""
    return parse(FailedInvocation, event)

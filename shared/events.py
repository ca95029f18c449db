"""What Function Compute hands to a handler, decoded: HTTP, OSS, timer, destination, our own.

Shapes: FC 3.0 documentation, "HTTP trigger event" (version v1), "OSS trigger event format",
"Timer trigger", "Destination of asynchronous invocations".
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.errors import MalformedRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class HttpRequest:
    """An HTTP request; header names are lower case, the body is decoded.

    `trace_id` is the caller's (`traceparent`), or one of the request's own.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    trace_id: str = ""


class _Event(BaseModel):
    # The platform adds fields when it likes; only what is used is read.
    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")


_E = TypeVar("_E", bound=BaseModel)


class _Http(_Event):
    method: str = "GET"
    path: str = "/"


class _RequestContext(_Event):
    http: _Http = Field(default_factory=_Http)


class _HttpEvent(_Event):
    version: str
    body: str = ""
    is_base64: bool = Field(default=False, alias="isBase64Encoded")
    headers: dict[str, str] = {}
    query: dict[str, str] = Field({}, alias="queryParameters")
    context: _RequestContext = Field(alias="requestContext")


class _Object(_Event):
    key: str
    size: int = 0
    etag: str = Field("", alias="eTag")


class _Bucket(_Event):
    name: str


class _Oss(_Event):
    bucket: _Bucket
    object: _Object


class _OssRecord(_Event):
    name: str = Field(alias="eventName")
    oss: _Oss


class _OssEvent(_Event):
    events: tuple[_OssRecord, ...]


@dataclass(frozen=True)
class ObjectCreated:
    """One object that appeared in a bucket; `etag` upper case, "" where the event leaves it out."""

    bucket: str
    key: str
    size: int
    etag: str = ""


class _FailedContext(_Event):
    request_id: str = Field("", alias="requestId")
    function_arn: str = Field("", alias="functionArn")
    condition: str = ""


class FailedInvocation(_Event):
    """An asynchronous invocation that the platform has given up on."""

    context: _FailedContext = Field(alias="requestContext")
    payload: str = Field("", alias="requestPayload")


def decode_http(event: bytes) -> HttpRequest:
    """Return the request of an HTTP trigger's event."""
    parsed = _parse(_HttpEvent, event)
    http = parsed.context.http
    return HttpRequest(
        method=http.method.upper(),
        path=http.path,
        headers={name.lower(): value for name, value in parsed.headers.items()},
        query=parsed.query,
        body=_body(parsed),
    )


def decode_objects(event: bytes) -> tuple[ObjectCreated, ...]:
    """Return the objects of an OSS trigger's event; empty files and folders are left out."""
    records = _parse(_OssEvent, event).events
    found = [
        ObjectCreated(r.oss.bucket.name, each.key, each.size, each.etag.strip('"').upper())
        for r in records
        for each in (r.oss.object,)
    ]
    return tuple(o for o in found if o.size > 0 and not o.key.endswith("/"))


def decode_failure(event: bytes) -> FailedInvocation:
    """Return the event of a failure destination."""
    return _parse(FailedInvocation, event)


class JobOrder(BaseModel):
    """What one of our functions asks another to do: something about this job."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    job_id: str = Field(pattern=r"^j[a-z2-7]{31}$")
    trace_id: str = Field("", pattern=r"^([0-9a-f]{32})?$")


class TaskOrder(BaseModel):
    """What one of our functions asks another to do: something about this task."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    task_id: str = Field(pattern=r"^j[a-z2-7]{31}-[1-9][0-9]{0,3}$")
    trace_id: str = Field("", pattern=r"^([0-9a-f]{32})?$")

    @property
    def job_id(self) -> str:
        """Return the job whose task it is."""
        return self.task_id.rpartition("-")[0]


class _UploadOrder(BaseModel):
    """What ingest_upload asks itself to do: to go on reading this upload."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    upload_id: str = Field(pattern=r"^u[a-z2-7]{31}$")


@dataclass(frozen=True)
class UploadWork:
    """What ingest_upload is to read: what has appeared, one upload, or, by timer, all open ones."""

    created: tuple[ObjectCreated, ...] = ()
    upload_id: str = ""


class _UploadEvent(_Event):
    events: Any = None
    upload_id: Any = None
    trigger_time: Any = Field(None, alias="triggerTime")


def decode_upload(event: bytes) -> UploadWork | None:
    """Return the work of ingest_upload, which objects, a timer and ingest_upload itself start.

    None for an event about nothing but empty files and folders.
    """
    seen = _parse(_UploadEvent, event)
    if seen.events is not None:
        created = decode_objects(event)
        return UploadWork(created) if created else None
    if seen.trigger_time is not None:
        return UploadWork()
    return UploadWork(upload_id=_parse(_UploadOrder, event).upload_id)


def decode_job_order(event: bytes) -> JobOrder:
    """Return the payload of paint_trip and paint_scene."""
    return _parse(JobOrder, event)


def decode_task_order(event: bytes) -> TaskOrder:
    """Return the payload of store_result."""
    return _parse(TaskOrder, event)


class ErasureOrder(BaseModel):
    """What one of our functions asks another to do: go on with this erasure."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="forbid")

    erasure_id: str = Field(pattern=r"^e[a-z2-7]{31}$")


def decode_erasure_order(event: bytes) -> ErasureOrder:
    """Return the payload of run_erasure."""
    return _parse(ErasureOrder, event)


def _body(event: _HttpEvent) -> bytes:
    if not event.is_base64:
        return event.body.encode()
    try:
        return base64.b64decode(event.body, validate=True)
    except ValueError as error:
        msg = "the body is marked as base64 and is not"
        raise MalformedRequestError(msg) from error


def _json(event: bytes) -> Any:
    try:
        found = json.loads(event)
        if b"\\ud" in event.lower():
            # Half of a surrogate pair, which nothing behind here could store or send.
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        msg = "the event is not JSON"
        raise MalformedRequestError(msg) from error
    return found


def _parse(model: type[_E], event: bytes) -> _E:
    try:
        return model.model_validate(_json(event))
    except ValidationError as error:
        fields = sorted({".".join(map(str, e["loc"])) for e in error.errors()})
        msg = f"the event is not a {model.__name__.strip('_')}: {', '.join(fields)}"
        raise MalformedRequestError(msg) from None

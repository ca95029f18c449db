"""The service as an ASGI app: check the signature, find the operation, answer as OSS does."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match

from local.oss.bucket_requests import BucketRequests
from local.oss.calls import OssCall, read_call
from local.oss.conditions import NotModifiedError
from local.oss.documents import document
from local.oss.errors import MethodNotAllowedError, NotImplementedByOssError, OssError
from local.oss.object_requests import ObjectRequests
from local.oss.rights import check_rights
from local.oss.signature import SignatureVerifier
from local.oss.store import BucketStore, new_request_id
from local.oss.upload_requests import UploadRequests
from local.oss.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from starlette.types import Receive, Scope, Send

    from local.ram.guard import Allows

_LOGGER = logging.getLogger(__name__)

FaultHook = Callable[[Request], Response | None]
_Operation = Callable[[OssCall], Response]

_ACTIONS = frozenset(
    {"delete", "list-type", "objectMeta", "tagging", "uploadId", "uploads", "versioning"}
)
_PARAMETERS = frozenset(
    {
        "continuation-token",
        "delimiter",
        "encoding-type",
        "fetch-owner",
        "max-keys",
        "max-parts",
        "part-number-marker",
        "partNumber",
        "prefix",
        "start-after",
        "x-oss-additional-headers",
        "x-oss-credential",
        "x-oss-date",
        "x-oss-expires",
        "x-oss-security-token",
        "x-oss-signature",
        "x-oss-signature-version",
    }
)


def create_oss_app(
    store: BucketStore,
    *,
    keys: Mapping[str, str],
    region: str,
    clock: Callable[[], datetime],
    tokens: Mapping[str, str] | None = None,
    faults: FaultHook | None = None,
    allows: Allows | None = None,
) -> Starlette:
    """Serve a store in path style to holders of the access keys (id to secret).

    `tokens` names the access keys that must show a security token. `faults` sees every request
    first, signed or not, and may answer in the service's place. `allows` says what the holder of a
    key may do; without it, all.
    """
    verifier = SignatureVerifier(keys, region=region, clock=clock, tokens=tokens)
    return Starlette(routes=[_EveryPath(_Service(store, verifier, faults, allows))])


class _EveryPath(BaseRoute):
    """Route all paths to one app; Starlette's own patterns stop at an encoded line break."""

    def __init__(self, service: _Service) -> None:
        self._service = service

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return (Match.FULL if scope["type"] == "http" else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._service.respond(Request(scope, receive))
        await response(scope, receive, send)


class _Service:
    def __init__(
        self,
        store: BucketStore,
        verifier: SignatureVerifier,
        faults: FaultHook | None,
        allows: Allows | None,
    ) -> None:
        self._store = store
        self._verifier = verifier
        self._faults = faults
        self._allows = allows
        self._object_operations, self._bucket_operations = _operations(store)

    async def respond(self, request: Request) -> Response:
        fault = await run_in_threadpool(self._faults, request) if self._faults else None
        if fault is not None:
            return fault
        body = await request.body()
        return await run_in_threadpool(self._answer, request, body)

    def _answer(self, request: Request, body: bytes) -> Response:
        request_id = new_request_id()
        try:
            call, signed = read_call(request, body, request_id)
            key = self._verifier.verify(signed)
            if self._allows:
                check_rights(call, _action(call), partial(self._allows, key))
            response = self._operation(call)(call)
        except NotModifiedError:
            response = Response(status_code=304)
        except OssError as error:
            response = _refusal(error, request, request_id)
        except Exception:  # the caller gets what OSS gives when something breaks inside
            _LOGGER.exception("oss.request_failed", extra={"path": request.url.path})
            response = _refusal(OssError(), request, request_id)
        response.headers["x-oss-request-id"] = request_id
        return response

    def _operation(self, call: OssCall) -> _Operation:
        action = _action(call)
        known = self._object_operations if call.key else self._bucket_operations
        if call.bucket:
            self._store.folder(call.bucket)  # NoSuchBucketError before anything else
        try:
            return known[call.method, action]
        except KeyError:
            pass
        if call.method not in {method for method, _ in known}:
            raise MethodNotAllowedError(details={"Method": call.method})
        raise NotImplementedByOssError(details={"Method": call.method, "ResourceType": action})


def _operations(
    store: BucketStore,
) -> tuple[dict[tuple[str, str], _Operation], dict[tuple[str, str], _Operation]]:
    objects, uploads = ObjectRequests(store), UploadRequests(Uploads(store))
    buckets = BucketRequests(store)
    on_object: dict[tuple[str, str], _Operation] = {
        ("PUT", ""): objects.put,
        ("GET", ""): objects.get,
        ("HEAD", ""): objects.head,
        ("HEAD", "objectMeta"): objects.head,
        ("DELETE", ""): objects.delete,
        ("GET", "tagging"): objects.get_tags,
        ("PUT", "tagging"): objects.put_tags,
        ("DELETE", "tagging"): objects.delete_tags,
        ("POST", "uploads"): uploads.begin,
        ("PUT", "uploadId"): uploads.add_part,
        ("GET", "uploadId"): uploads.list_parts,
        ("POST", "uploadId"): uploads.complete,
        ("DELETE", "uploadId"): uploads.abort,
    }
    on_bucket: dict[tuple[str, str], _Operation] = {
        ("GET", "list-type"): buckets.list_objects,
        ("POST", "delete"): buckets.delete_objects,
        ("GET", "versioning"): buckets.get_versioning,
        ("PUT", "versioning"): buckets.put_versioning,
    }
    return on_object, on_bucket


def _action(call: OssCall) -> str:
    """Return the sub-resource asked for; one unknown is refused rather than ignored."""
    unknown = {
        name
        for name in call.query
        if name not in _ACTIONS | _PARAMETERS and not name.startswith("response-")
    }
    if unknown:
        raise NotImplementedByOssError(details={"ResourceType": ", ".join(sorted(unknown))})
    return next((name for name in call.query if name in _ACTIONS), "")


def _refusal(error: OssError, request: Request, request_id: str) -> Response:
    body = document(
        "Error",
        [
            ("Code", error.code),
            ("Message", error.message),
            ("RequestId", request_id),
            ("HostId", request.url.netloc),
            *([("EC", error.ec)] if error.ec else []),
            *error.details.items(),
        ],
    )
    response = Response(body, error.status, media_type="application/xml")
    if error.ec:
        response.headers["x-oss-ec"] = error.ec
    if request.method == "HEAD":
        # An answer to HEAD has no body; the error travels in a header instead.
        response = Response(status_code=error.status, headers=dict(response.headers.items()))
        response.headers["content-length"] = "0"
        response.headers["x-oss-err"] = base64.b64encode(body).decode()
    return response

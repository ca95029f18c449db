"""The service as an ASGI app: check the signature, find the operation, answer as OSS does."""

from __future__ import annotations

import base64
import contextlib
import logging
import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from local.cloud.oss.bucket_requests import BucketRequests
from local.cloud.oss.calls import OssCall, read_call
from local.cloud.oss.conditions import NotModifiedError
from local.cloud.oss.cors import CorsRequests
from local.cloud.oss.documents import document, parse_document, text_of
from local.cloud.oss.errors import (
    AccessDeniedError,
    MethodNotAllowedError,
    NotImplementedByOssError,
    OssError,
)
from local.cloud.oss.forms import FORM, PostForm, read_form
from local.cloud.oss.object_requests import ObjectRequests
from local.cloud.oss.post_requests import PostRequests
from local.cloud.oss.signature import SignatureVerifier
from local.cloud.oss.store import BucketStore, new_request_id
from local.cloud.oss.upload_requests import UploadRequests
from local.cloud.ram.guard import Allows
from local.cloud.ram.policy import Request as Wanted
from local.cloud.serving import every_path

FaultHook = Callable[[Request], Response | None]

_LOGGER = logging.getLogger(__name__)

_Operation = tuple[Callable[[OssCall], Response], str]
_Operations = dict[tuple[str, str], _Operation]

_METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")
_ACTIONS = (
    *("cors", "delete", "list-type", "objectMeta", "tagging", "uploadId", "uploads"),
    "versioning",
)
_PARAMETERS = re.compile(
    "continuation-token|delimiter|encoding-type|fetch-owner|key-marker|marker|max-(keys|parts|uploads)"
    "|part-number-marker|partNumber|prefix|start-after|upload-id-marker|response-.*|OSSAccessKeyId"
    "|Expires|Signature|security-token|x-oss-(additional-headers|credential|date|expires"
    "|security-token|signature|signature-version)"
)
_HEADERS = re.compile(
    "complete-all|content-sha256|copy-source(-range|-if-.*)?|date|forbid-overwrite|meta-.*"
    "|(metadata|tagging)-directive|range-behavior|security-token|tagging|user-agent"
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
    old_buckets: Container[str] = (),
) -> Starlette:
    """Serve a store in path style to holders of the access keys (id to secret).

    `tokens` names the access keys that must show a security token. `faults` sees every request
    first, signed or not, and may answer in the service's place. `allows` says what the holder of a
    key may do; without it, all. `old_buckets` take signatures of version 1 beside those of 4.
    """
    verifier = SignatureVerifier(
        keys, region=region, clock=clock, tokens=tokens, old_buckets=old_buckets
    )
    return every_path(_Service(store, verifier, faults, allows, clock).respond)


class _Service:
    def __init__(
        self,
        store: BucketStore,
        verifier: SignatureVerifier,
        faults: FaultHook | None,
        allows: Allows | None,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._verifier = verifier
        self._faults = faults
        self._allows = allows
        self._object_operations, self._bucket_operations = _operations(store)
        self._posts, self._cors = PostRequests(store, clock), CorsRequests(store)

    async def respond(self, request: Request) -> Response:
        fault = await run_in_threadpool(self._faults, request) if self._faults else None
        if fault is not None:
            return fault
        if request.method == "POST" and request.headers.get("content-type", "").startswith(FORM):
            return await self._respond_to_form(request)
        if request.method in {"PUT", "POST"}:
            body = await request.body()
            return await run_in_threadpool(self._answer, request, partial(self._do, body=body))
        # A client may announce a body where none belongs, and send none.
        response = await run_in_threadpool(self._answer, request, self._do)
        if request.headers.get("content-length", "0") != "0":
            response.headers["connection"] = "close"
        return response

    async def _respond_to_form(self, request: Request) -> Response:
        """Write what a form brings; what is wrong with it is told as any other refusal."""
        try:
            form = await read_form(request)
        except OssError as error:
            return await run_in_threadpool(self._answer, request, partial(_raise, error))
        with contextlib.closing(form.file):
            return await run_in_threadpool(self._answer, request, partial(self._post, form))

    def _answer(self, request: Request, do: Callable[[Request, str], Response]) -> Response:
        request_id = new_request_id()
        try:
            response = do(request, request_id)
        except NotModifiedError:
            response = Response(status_code=304)
        except OssError as error:
            response = _refusal(error, request, request_id)
        except Exception:  # the caller gets what OSS gives when something breaks inside
            _LOGGER.exception("oss.request_failed", extra={"path": request.url.path})
            response = _refusal(OssError(), request, request_id)
        response.headers["x-oss-request-id"] = request_id
        bucket = request.url.path.removeprefix("/").partition("/")[0]
        response.headers.update(self._cors.headers(bucket, request.method, request.headers))
        return response

    def _do(self, request: Request, request_id: str, body: bytes = b"") -> Response:
        call, signed = read_call(request, body, request_id)
        if call.method == "OPTIONS" and call.bucket:
            return self._cors.preflight(call)
        action = _action(call)
        key = self._verifier.verify(signed)
        operation, permission = self._operation(call, action)
        self._check_rights(key, call, permission)
        return operation(call)

    def _post(self, form: PostForm, request: Request, request_id: str) -> Response:
        call, _ = read_call(request, b"", request_id)
        if call.key or call.query:
            raise MethodNotAllowedError(details={"Method": call.method})
        self._store.folder(call.bucket)
        key = self._verifier.verify_form(form.fields)
        asked = replace(call, key=form.expand(form.fields.get("key", "")))
        self._check_rights(key, asked, "oss:PutObject")
        return self._posts.post(call, form)

    def _check_rights(self, key: str, call: OssCall, permission: str) -> None:
        if self._allows:
            _check_rights(call, permission, partial(self._allows, key))

    def _operation(self, call: OssCall, action: str) -> _Operation:
        known = self._object_operations if call.key else self._bucket_operations
        if call.bucket:
            self._store.folder(call.bucket)  # NoSuchBucketError before anything else
            if found := known.get((call.method, action)):
                return found
        if call.method not in _METHODS:
            raise MethodNotAllowedError(details={"Method": call.method})
        raise NotImplementedByOssError(details={"Method": call.method, "ResourceType": action})


def _raise(error: OssError, _request: Request, _request_id: str) -> Response:
    raise error


def _operations(store: BucketStore) -> tuple[_Operations, _Operations]:
    """Return what is done with objects and with buckets, by method and sub-resource.

    The permissions: https://help.aliyun.com/zh/oss/user-guide/how-oss-works-with-ram
    """
    objects, uploads = ObjectRequests(store), UploadRequests(store)
    buckets, cors = BucketRequests(store), CorsRequests(store)
    on_object: _Operations = {
        ("PUT", ""): (objects.put, "oss:PutObject"),
        ("GET", ""): (objects.get, "oss:GetObject"),
        ("HEAD", ""): (objects.head, "oss:GetObject"),
        ("HEAD", "objectMeta"): (objects.head, "oss:GetObject"),
        ("DELETE", ""): (objects.delete, "oss:DeleteObject"),
        ("GET", "tagging"): (objects.get_tags, "oss:GetObjectTagging"),
        ("PUT", "tagging"): (objects.put_tags, "oss:PutObjectTagging"),
        ("DELETE", "tagging"): (objects.delete_tags, "oss:DeleteObjectTagging"),
        ("POST", "uploads"): (uploads.begin, "oss:PutObject"),
        ("PUT", "uploadId"): (uploads.add_part, "oss:PutObject"),
        ("GET", "uploadId"): (uploads.list_parts, "oss:ListParts"),
        ("POST", "uploadId"): (uploads.complete, "oss:PutObject"),
        ("DELETE", "uploadId"): (uploads.abort, "oss:AbortMultipartUpload"),
    }
    on_bucket: _Operations = {
        ("GET", ""): (buckets.list_objects, "oss:ListObjects"),
        ("GET", "list-type"): (buckets.list_objects_v2, "oss:ListObjects"),
        ("GET", "uploads"): (uploads.list_uploads, "oss:ListMultipartUploads"),
        ("POST", "delete"): (buckets.delete_objects, "oss:DeleteObject"),
        ("GET", "versioning"): (buckets.get_versioning, "oss:GetBucketVersioning"),
        ("PUT", "versioning"): (buckets.put_versioning, "oss:PutBucketVersioning"),
        ("GET", "cors"): (cors.get, "oss:GetBucketCors"),
        ("PUT", "cors"): (cors.put, "oss:PutBucketCors"),
        ("DELETE", "cors"): (cors.delete, "oss:DeleteBucketCors"),
    }
    return on_object, on_bucket


def _action(call: OssCall) -> str:
    """Return the sub-resource asked for; what is unknown is refused rather than ignored."""
    known = [name for name in call.query if name in _ACTIONS]
    unknown = {name for name in call.query if not _PARAMETERS.fullmatch(name)} - {*known}
    if unknown:
        raise NotImplementedByOssError(details={"ResourceType": ", ".join(sorted(unknown))})
    for name, value in call.headers.items():
        own = name.startswith("x-oss-") and not _HEADERS.fullmatch(name, len("x-oss-"))
        if own and (name, value) != ("x-oss-storage-class", "Standard"):
            raise NotImplementedByOssError(details={"Header": name})
    return known[0] if known else ""


def _check_rights(call: OssCall, permission: str, allows: Callable[[Wanted], bool]) -> None:
    """Raise AccessDeniedError where the caller may not do all that the request asks for."""
    for wanted in _wanted_by(call, permission):
        if not allows(wanted):
            raise AccessDeniedError(ec="0003-00000001")


def _wanted_by(call: OssCall, permission: str) -> Iterator[Wanted]:
    bucket = f"acs:oss:*:*:{call.bucket}"
    if call.key:
        yield Wanted(permission, f"{bucket}/{call.key}")
        if "x-oss-copy-source" in call.headers:
            source = call.headers["x-oss-copy-source"].removeprefix("/")
            yield Wanted("oss:GetObject", f"acs:oss:*:*:{source}")
    elif permission == "oss:DeleteObject":
        for item in parse_document(call.body, "Delete").iter("Object"):
            yield Wanted(permission, f"{bucket}/{text_of(item, 'Key')}")
    else:
        listed = permission == "oss:ListObjects"
        yield Wanted(permission, bucket, call.query.get("prefix", "") if listed else None)


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
    headers = {"x-oss-ec": error.ec} if error.ec else {}
    if request.method == "HEAD":
        # An answer to HEAD has no body; the error travels in a header instead.
        headers["x-oss-err"], body = base64.b64encode(body).decode(), b""
    return Response(body, error.status, headers, media_type="application/xml")

"""Uploads by form, as browsers make them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from starlette.responses import Response

from local.cloud.oss.calls import Described, OssCall, checked_key, described
from local.cloud.oss.documents import document
from local.cloud.oss.errors import InvalidArgumentError, NotImplementedByOssError
from local.cloud.oss.forms import PostForm
from local.cloud.oss.objects import POST_EVENT, StoredObject
from local.cloud.oss.post_policy import parse_policy
from local.cloud.oss.store import BucketStore

_NOT_HERE = ("callback", "callback-var", "success_action_redirect", "x-oss-object-acl")


class PostRequests:
    """Write what a form brings."""

    def __init__(self, store: BucketStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def post(self, call: OssCall, form: PostForm) -> Response:
        """Hold the form against its policy, write the object, answer by success_action_status."""
        if asked := [name for name in _NOT_HERE if name in form.fields]:
            raise NotImplementedByOssError(details={"FormField": asked[0]})
        policy = parse_policy(form.fields["policy"])
        key = checked_key(form.expand(form.fields.get("key", "")).encode())
        if not key:
            raise InvalidArgumentError("Bucket POST must contain a field named 'key'.")
        said = {"bucket": call.bucket, **form.fields, "key": key}
        policy.check(said, form.size, self._clock())
        stored = self._store.put(
            call.bucket,
            key,
            form.file.read(),
            **vars(_described(call, form)),
            forbid_overwrite=_forbids(form),
            event_name=POST_EVENT,
            request_id=call.request_id,
        )
        return _answer(form, stored)


def _described(call: OssCall, form: PostForm) -> Described:
    fields = {**form.fields}
    # OSS goes by the form's own field, which the part of the file has no say in.
    if kind := fields.get("x-oss-content-type"):
        fields["content-type"] = kind
    headers = {name: value for name, value in fields.items() if name != "x-oss-content-type"}
    return described(OssCall(call.method, call.bucket, "", {}, headers, b"", call.request_id))


def _forbids(form: PostForm) -> bool:
    said = form.fields.get("x-oss-forbid-overwrite", "false")
    if said not in {"true", "false"}:
        raise InvalidArgumentError(
            "The value of x-oss-forbid-overwrite must be true or false.", ec="0006-00000117"
        )
    return said == "true"


def _answer(form: PostForm, stored: StoredObject) -> Response:
    etag, location = f'"{stored.etag}"', f"/{stored.bucket}/{stored.key}"
    headers = {"etag": etag, "x-oss-hash-crc64ecma": str(stored.crc64)}
    if form.fields.get("success_action_status") == "201":
        told = [
            ("Bucket", stored.bucket), ("Location", location),
            ("Key", stored.key), ("ETag", etag),
        ]  # fmt: skip
        body = document("PostResponse", told)
        return Response(body, 201, headers, media_type="application/xml")
    status = 200 if form.fields.get("success_action_status") == "200" else 204
    return Response(status_code=status, headers=headers)

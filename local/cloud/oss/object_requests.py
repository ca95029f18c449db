"""Requests about one object."""

from __future__ import annotations

import base64
import gzip
import hashlib
from email.utils import format_datetime

from starlette.responses import Response, StreamingResponse

from local.cloud.oss.calls import Described, OssCall, check_digest, checked_tags, described
from local.cloud.oss.compression import gzipped
from local.cloud.oss.conditions import check_conditions, chosen_range
from local.cloud.oss.copying import SOURCE_HEADER, read_source
from local.cloud.oss.documents import iso_seconds, parse_document, text_of, xml_response
from local.cloud.oss.errors import NotImplementedByOssError
from local.cloud.oss.objects import COPY_EVENT, PUT_EVENT, StoredObject
from local.cloud.oss.store import BucketStore

_OVERRIDES = (
    *("content-type", "content-language", "content-disposition", "content-encoding"),
    *("expires", "cache-control"),
)
_CONDITIONS = ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since")


class ObjectRequests:
    """Put, get, head, delete, copy and tag objects."""

    def __init__(self, store: BucketStore) -> None:
        self._store = store

    def put(self, call: OssCall) -> Response:
        """Write the body, or copy another object when x-oss-copy-source names one."""
        if SOURCE_HEADER in call.headers:
            return self._copy(call)
        if any(name in call.headers for name in _CONDITIONS):
            raise NotImplementedByOssError(ec="0017-00000245")
        check_digest(call)
        stored = self._write(call, call.body, described(call))
        md5 = base64.b64encode(hashlib.md5(call.body, usedforsecurity=False).digest()).decode()
        headers = {"etag": f'"{stored.etag}"', "content-md5": md5}
        return Response(headers=headers | {"x-oss-hash-crc64ecma": str(stored.crc64)})

    def get(self, call: OssCall) -> Response:
        """Return the bytes or one range of them."""
        stored, data = self._store.get(call.bucket, call.key)
        check_conditions(call.headers, stored)
        headers = _object_headers(stored) | _overrides(call)
        chosen = chosen_range(call.headers, stored.size)
        smaller = gzipped(call.headers, headers, stored.size) if chosen is None else None
        if smaller:
            return StreamingResponse(iter([gzip.compress(data)]), headers=smaller)
        if chosen is None:
            return Response(data, headers=headers)
        headers["content-range"] = f"bytes {chosen.start}-{chosen.stop - 1}/{stored.size}"
        return Response(data[chosen.start : chosen.stop], 206, headers=headers)

    def head(self, call: OssCall) -> Response:
        """Return the headers alone."""
        stored = self._store.head(call.bucket, call.key)
        check_conditions(call.headers, stored)
        headers = _object_headers(stored) | {"content-length": str(stored.size)}
        return Response(headers=gzipped(call.headers, headers, stored.size) or headers)

    def delete(self, call: OssCall) -> Response:
        """Remove; 204 whether it was there or not."""
        self._store.delete(call.bucket, call.key)
        return Response(status_code=204)

    def get_tags(self, call: OssCall) -> Response:
        """Return the tags."""
        tags = self._store.head(call.bucket, call.key).tags
        listed = [("Tag", [("Key", name), ("Value", value)]) for name, value in tags.items()]
        return xml_response("Tagging", [("TagSet", listed)])

    def put_tags(self, call: OssCall) -> Response:
        """Replace the tags."""
        root = parse_document(call.body, "Tagging")
        pairs = [(text_of(tag, "Key"), text_of(tag, "Value")) for tag in root.iter("Tag")]
        self._store.set_tags(call.bucket, call.key, checked_tags(pairs))
        return Response()

    def delete_tags(self, call: OssCall) -> Response:
        """Remove the tags."""
        self._store.set_tags(call.bucket, call.key, {})
        return Response(status_code=204)

    def _copy(self, call: OssCall) -> Response:
        source, data = read_source(call, self._store)
        stored = self._write(call, data, _description_of_copy(call, source), COPY_EVENT)
        etag = f'"{stored.etag}"'
        copied = [("LastModified", iso_seconds(stored.last_modified)), ("ETag", etag)]
        return xml_response("CopyObjectResult", copied, headers={"etag": etag})

    def _write(
        self, call: OssCall, data: bytes, description: Described, event_name: str = PUT_EVENT
    ) -> StoredObject:
        return self._store.put(
            call.bucket,
            call.key,
            data,
            **vars(description),
            forbid_overwrite=call.flag("x-oss-forbid-overwrite"),
            request_id=call.request_id,
            event_name=event_name,
        )


def _object_headers(stored: StoredObject) -> dict[str, str]:
    headers = {
        **stored.headers,
        "content-type": stored.content_type,
        "etag": f'"{stored.etag}"',
        "last-modified": format_datetime(stored.last_modified, usegmt=True),
        "accept-ranges": "bytes",
        "x-oss-object-type": stored.object_type,
        "x-oss-storage-class": "Standard",
        "x-oss-hash-crc64ecma": str(stored.crc64),
    }
    if stored.tags:
        headers["x-oss-tagging-count"] = str(len(stored.tags))
    return headers | {f"x-oss-meta-{name}": value for name, value in stored.metadata.items()}


def _overrides(call: OssCall) -> dict[str, str]:
    # Header values travel as bytes; a Chinese file name goes out as its UTF-8.
    return {
        name: call.query[f"response-{name}"].encode().decode("latin-1")
        for name in _OVERRIDES
        if f"response-{name}" in call.query
    }


def _description_of_copy(call: OssCall, source: StoredObject) -> Described:
    own = described(call)
    replaced = call.headers.get("x-oss-metadata-directive", "").upper() == "REPLACE"
    retagged = call.headers.get("x-oss-tagging-directive", "").lower() == "replace"
    return Described(
        content_type=own.content_type if replaced else source.content_type,
        metadata=own.metadata if replaced else dict(source.metadata),
        headers=own.headers if replaced else dict(source.headers),
        tags=own.tags if retagged else dict(source.tags),
    )

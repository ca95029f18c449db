"""Requests about a bucket."""

from __future__ import annotations

from starlette.responses import Response

from local.cloud.oss.calls import OssCall, check_digest, int_query
from local.cloud.oss.documents import (
    Content,
    encoder,
    iso_seconds,
    parse_document,
    text_of,
    xml_response,
)
from local.cloud.oss.errors import InvalidArgumentError, MalformedXmlError
from local.cloud.oss.objects import ListPage, StoredObject
from local.cloud.oss.store import BucketStore

_MAX_KEYS = 1000
_ECHOED = (("Prefix", "prefix"), ("StartAfter", "start-after"), ("Delimiter", "delimiter"))


class BucketRequests:
    """List, delete many, and the versioning state."""

    def __init__(self, store: BucketStore) -> None:
        self._store = store

    def list_objects(self, call: OssCall) -> Response:
        """Return one page, the second version of the listing only."""
        if call.query["list-type"] != "2":
            raise InvalidArgumentError("The list-type must be 2.")
        max_keys = int_query(call, "max-keys", 100, low=1, high=_MAX_KEYS)
        page = self._store.list_page(
            call.bucket,
            call.query.get("prefix", ""),
            start_after=call.query.get("start-after", ""),
            continuation=call.query.get("continuation-token", ""),
            delimiter=call.query.get("delimiter", ""),
            max_keys=max_keys,
        )
        return xml_response("ListBucketResult", _listing(call, page, max_keys))

    def delete_objects(self, call: OssCall) -> Response:
        """Delete up to a thousand keys; a quiet request gets an empty answer."""
        if "content-md5" not in call.headers:
            raise InvalidArgumentError("Missing Some Required Arguments: Content-MD5.")
        check_digest(call)
        root = parse_document(call.body, "Delete")
        keys = [text_of(item, "Key") for item in root.iter("Object")]
        if not 0 < len(keys) <= _MAX_KEYS:
            raise MalformedXmlError
        for key in keys:
            self._store.delete(call.bucket, key)
        if root.findtext("Quiet") == "true":
            return Response()
        return xml_response("DeleteResult", _deletions(call, keys))

    def get_versioning(self, call: OssCall) -> Response:
        """Return the state; a bucket that never had versioning has none."""
        state = self._store.versioning(call.bucket)
        return xml_response("VersioningConfiguration", [("Status", state)] if state else [])

    def put_versioning(self, call: OssCall) -> Response:
        """Set the state."""
        root = parse_document(call.body, "VersioningConfiguration")
        self._store.set_versioning(call.bucket, text_of(root, "Status"))
        return Response()


def _listing(call: OssCall, page: ListPage, max_keys: int) -> Content:
    encode = encoder(call.query.get("encoding-type", ""))
    token = call.query.get("continuation-token", "")
    optional = (
        ("EncodingType", call.query.get("encoding-type", "")),
        ("ContinuationToken", encode(token)),
        ("NextContinuationToken", encode(page.next_token)),
    )
    return [
        ("Name", call.bucket),
        *((name, encode(call.query.get(parameter, ""))) for name, parameter in _ECHOED),
        ("MaxKeys", str(max_keys)),
        ("IsTruncated", "true" if page.next_token else "false"),
        ("KeyCount", str(len(page.objects) + len(page.prefixes))),
        *((name, value) for name, value in optional if value),
        *(("Contents", _contents(stored, encode(stored.key))) for stored in page.objects),
        *(("CommonPrefixes", [("Prefix", encode(prefix))]) for prefix in page.prefixes),
    ]


def _contents(stored: StoredObject, key: str) -> Content:
    return [
        ("Key", key),
        ("LastModified", iso_seconds(stored.last_modified)),
        ("ETag", f'"{stored.etag}"'),
        ("Type", stored.object_type),
        ("Size", str(stored.size)),
        ("StorageClass", "Standard"),
    ]


def _deletions(call: OssCall, keys: list[str]) -> Content:
    encoding = call.query.get("encoding-type", "")
    encode = encoder(encoding)
    deleted: list[tuple[str, Content]] = [("Deleted", [("Key", encode(key))]) for key in keys]
    return [("EncodingType", encoding), *deleted] if encoding else deleted

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
from local.cloud.oss.errors import InvalidArgumentError, MalformedXmlError, NotImplementedByOssError
from local.cloud.oss.listing import decode_token, encode_token
from local.cloud.oss.objects import ListPage, StoredObject
from local.cloud.oss.store import BucketStore

_MAX_KEYS = 1000
_OWNER = "0"
_OPTIONAL = ("ContinuationToken", "EncodingType", "NextContinuationToken", "NextMarker")


class BucketRequests:
    """List, delete many, and the versioning state."""

    def __init__(self, store: BucketStore) -> None:
        self._store = store

    def list_objects(self, call: OssCall) -> Response:
        """Return one page by marker, the first version of the listing."""
        marker, delimiter = call.query.get("marker", ""), call.query.get("delimiter", "")
        # A marker that is a common prefix stands for all that lies in it.
        token = encode_token(marker) if delimiter and marker.endswith(delimiter) else ""
        page = self._page(call, marker, token)
        told = [("Marker", marker), ("NextMarker", decode_token(page.next_token))]
        return xml_response("ListBucketResult", _listing(call, page, told, owned=True))

    def list_objects_v2(self, call: OssCall) -> Response:
        """Return one page by token, the second version of the listing."""
        if call.query["list-type"] != "2":
            raise InvalidArgumentError("The list-type must be 2.")
        after, token = call.query.get("start-after", ""), call.query.get("continuation-token", "")
        page = self._page(call, after, token)
        told = [
            ("StartAfter", after),
            ("KeyCount", str(len(page.objects) + len(page.prefixes))),
            ("ContinuationToken", token),
            ("NextContinuationToken", page.next_token),
        ]
        owned = call.query.get("fetch-owner") == "true"
        return xml_response("ListBucketResult", _listing(call, page, told, owned=owned))

    def delete_objects(self, call: OssCall) -> Response:
        """Delete up to a thousand keys; a quiet request gets an empty answer."""
        if "content-md5" not in call.headers:
            raise InvalidArgumentError("Missing Some Required Arguments: Content-MD5.")
        check_digest(call)
        root = parse_document(call.body, "Delete")
        if root.find("Object/VersionId") is not None:
            raise NotImplementedByOssError(details={"ResourceType": "VersionId"})
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
        if (state := text_of(root, "Status")) not in {"Enabled", "Suspended"}:
            raise MalformedXmlError
        self._store.set_versioning(call.bucket, state)
        return Response()

    def _page(self, call: OssCall, after: str, token: str) -> ListPage:
        return self._store.list_page(
            call.bucket,
            call.query.get("prefix", ""),
            start_after=after,
            continuation=token,
            delimiter=call.query.get("delimiter", ""),
            max_keys=_max_keys(call),
        )


def _listing(call: OssCall, page: ListPage, told: list[tuple[str, str]], *, owned: bool) -> Content:
    encoding = call.query.get("encoding-type", "")
    encode = encoder(encoding)
    told += ((name, call.query.get(name.lower(), "")) for name in ("Prefix", "Delimiter"))
    told.append(("EncodingType", encoding))
    return [
        ("Name", call.bucket),
        *((name, encode(value)) for name, value in told if value or name not in _OPTIONAL),
        ("MaxKeys", str(_max_keys(call))),
        ("IsTruncated", "true" if page.next_token else "false"),
        *(("Contents", _contents(each, encode(each.key), owned)) for each in page.objects),
        *(("CommonPrefixes", [("Prefix", encode(prefix))]) for prefix in page.prefixes),
    ]


def _max_keys(call: OssCall) -> int:
    return int_query(call, "max-keys", 100, low=1, high=_MAX_KEYS)


def _contents(stored: StoredObject, key: str, owned: bool) -> Content:
    return [
        ("Key", key),
        ("LastModified", iso_seconds(stored.last_modified)),
        ("ETag", f'"{stored.etag}"'),
        ("Type", stored.object_type),
        ("Size", str(stored.size)),
        ("StorageClass", "Standard"),
        *([("Owner", [("ID", _OWNER), ("DisplayName", _OWNER)])] if owned else ()),
    ]


def _deletions(call: OssCall, keys: list[str]) -> Content:
    encoding = call.query.get("encoding-type", "")
    deleted = [("Deleted", [("Key", encoder(encoding)(key))]) for key in keys]
    return [("EncodingType", encoding), *deleted] if encoding else deleted

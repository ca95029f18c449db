"""Requests about an upload in parts."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import datetime

from starlette.responses import Response

from local.cloud.oss.calls import OssCall, check_digest, described, int_query
from local.cloud.oss.copying import SOURCE_HEADER, read_source
from local.cloud.oss.documents import (
    Content,
    encoder,
    iso_seconds,
    parse_document,
    text_of,
    xml_response,
)
from local.cloud.oss.errors import InvalidArgumentError, MalformedXmlError
from local.cloud.oss.listing import rolled_up
from local.cloud.oss.store import BucketStore
from local.cloud.oss.uploads import Part, UploadedPart, Uploads

_PARTS = 10_000
_LAST_ID = "\uffff"  # behind every id
_ASKED = {
    "Prefix": "prefix",
    "Delimiter": "delimiter",
    "KeyMarker": "key-marker",
    "UploadIdMarker": "upload-id-marker",
}


class UploadRequests:
    """Begin, add a part, list them, complete, abort; list the uploads of a bucket."""

    def __init__(self, store: BucketStore) -> None:
        self._store = store
        self._uploads = Uploads(store)

    def begin(self, call: OssCall) -> Response:
        """Return the id of a new upload."""
        upload_id = self._uploads.begin(
            call.bucket, call.key, described(call), forbid=call.flag("x-oss-forbid-overwrite")
        )
        return xml_response(
            "InitiateMultipartUploadResult",
            [("Bucket", call.bucket), ("Key", _key(call)), ("UploadId", upload_id)],
        )

    def add_part(self, call: OssCall) -> Response:
        """Store one part: the body, or what x-oss-copy-source names."""
        check_digest(call)
        number = int_query(call, "partNumber", None, low=1, high=_PARTS)
        source = read_source(call, self._store) if SOURCE_HEADER in call.headers else None
        data = source[1] if source else call.body
        etag, crc64 = self._uploads.add_part(
            call.bucket, call.key, call.query["uploadId"], number, data
        )
        told = {"etag": f'"{etag}"', "x-oss-hash-crc64ecma": str(crc64)}
        if source:
            modified = iso_seconds(source[0].last_modified)
            copied = [("LastModified", modified), ("ETag", told["etag"])]
            return xml_response("CopyPartResult", copied, headers=told)
        return Response(headers=told)

    def list_parts(self, call: OssCall) -> Response:
        """Return one page of the parts uploaded so far."""
        after = int_query(call, "part-number-marker", 0, low=0, high=_PARTS)
        limit = int_query(call, "max-parts", 1000, low=1, high=1000)
        parts = self._uploads.parts(call.bucket, call.key, call.query["uploadId"])
        rest = [part for part in parts if part.number > after]
        page = rest[:limit]
        return xml_response(
            "ListPartsResult",
            [
                ("Bucket", call.bucket),
                ("Key", _key(call)),
                ("UploadId", call.query["uploadId"]),
                ("NextPartNumberMarker", str(page[-1].number if page else after)),
                ("MaxParts", str(limit)),
                ("IsTruncated", "true" if len(rest) > limit else "false"),
                *(("Part", _listed(part)) for part in page),
            ],
        )

    def complete(self, call: OssCall) -> Response:
        """Make the object."""
        stored = self._uploads.complete(
            call.bucket,
            call.key,
            call.query["uploadId"],
            self._named_parts(call),
            forbid=call.flag("x-oss-forbid-overwrite"),
            request_id=call.request_id,
        )
        etag = f'"{stored.etag}"'
        return xml_response(
            "CompleteMultipartUploadResult",
            [("Bucket", call.bucket), ("Key", _key(call)), ("ETag", etag)],
            headers={"etag": etag, "x-oss-hash-crc64ecma": str(stored.crc64)},
        )

    def abort(self, call: OssCall) -> Response:
        """Forget the upload."""
        self._uploads.abort(call.bucket, call.key, call.query["uploadId"])
        return Response(status_code=204)

    def list_uploads(self, call: OssCall) -> Response:
        """Return one page of the uploads that are neither completed nor aborted."""
        limit = int_query(call, "max-uploads", 1000, low=1, high=1000)
        asked = {name: call.query.get(query, "") for name, query in _ASKED.items()}
        prefix, marker = asked["Prefix"], (asked["KeyMarker"], asked["UploadIdMarker"] or _LAST_ID)
        found = {}
        for key, upload_id, begun_at in self._uploads.all(call.bucket):
            if key.startswith(prefix):
                item = rolled_up(key, prefix, asked["Delimiter"])
                found[item, upload_id if item == key else ""] = begun_at
        rest = sorted(each for each in found if each > marker)
        page, more = rest[:limit], len(rest) > limit
        encode = encoder(encoding := call.query.get("encoding-type", ""))
        next_key, next_id = page[-1] if more else ("", "")
        return xml_response(
            "ListMultipartUploadsResult",
            [
                ("Bucket", call.bucket),
                *([("EncodingType", encoding)] if encoding else ()),
                *((name, encode(value)) for name, value in asked.items()),
                ("NextKeyMarker", encode(next_key)),
                ("NextUploadIdMarker", next_id),
                ("MaxUploads", str(limit)),
                ("IsTruncated", "true" if more else "false"),
                *(_begun(encode(key), upload_id, found[key, upload_id]) for key, upload_id in page),
            ],
        )

    def _named_parts(self, call: OssCall) -> list[Part]:
        """Return the parts of the body, or all there are for x-oss-complete-all."""
        if call.headers.get("x-oss-complete-all") == "yes":
            if call.body:
                raise InvalidArgumentError("The body must be empty.", ec="0042-00000216")
            listed = self._uploads.parts(call.bucket, call.key, call.query["uploadId"])
            return [Part(each.number, each.etag) for each in listed]
        root = parse_document(call.body, "CompleteMultipartUpload")
        return [_part(element) for element in root.iter("Part")]


def _begun(key: str, upload_id: str, begun_at: datetime) -> tuple[str, Content]:
    if not upload_id:
        return "CommonPrefixes", [("Prefix", key)]
    begun = iso_seconds(begun_at)
    return "Upload", [("Key", key), ("UploadId", upload_id), ("Initiated", begun)]


def _key(call: OssCall) -> str:
    return encoder(call.query.get("encoding-type", ""))(call.key)


def _listed(part: UploadedPart) -> Content:
    return [
        ("PartNumber", str(part.number)),
        ("LastModified", iso_seconds(part.modified_at)),
        ("ETag", f'"{part.etag}"'),
        ("Size", str(part.size)),
    ]


def _part(element: ET.Element) -> Part:
    number = text_of(element, "PartNumber")
    if not number.isascii() or not number.isdigit():
        raise MalformedXmlError
    return Part(int(number), text_of(element, "ETag").strip('"'))

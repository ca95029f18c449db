"""Requests about an upload in parts."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from starlette.responses import Response

from local.cloud.oss.calls import OssCall, check_digest, described, int_query
from local.cloud.oss.documents import (
    Content,
    encoder,
    iso_seconds,
    parse_document,
    text_of,
    xml_response,
)
from local.cloud.oss.errors import MalformedXmlError
from local.cloud.oss.uploads import Part, UploadedPart, Uploads

_PARTS = 10_000


class UploadRequests:
    """Begin, add a part, list them, complete, abort."""

    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads

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
        """Store one part."""
        check_digest(call)
        number = int_query(call, "partNumber", None, low=1, high=_PARTS)
        etag, crc64 = self._uploads.add_part(
            call.bucket, call.key, call.query["uploadId"], number, call.body
        )
        return Response(headers={"etag": f'"{etag}"', "x-oss-hash-crc64ecma": str(crc64)})

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
        root = parse_document(call.body, "CompleteMultipartUpload")
        stored = self._uploads.complete(
            call.bucket,
            call.key,
            call.query["uploadId"],
            [_part(element) for element in root.iter("Part")],
            forbid=call.flag("x-oss-forbid-overwrite"),
            request_id=call.request_id,
        )
        etag = f'"{stored.etag}"'
        response = xml_response(
            "CompleteMultipartUploadResult",
            [("Bucket", call.bucket), ("Key", _key(call)), ("ETag", etag)],
        )
        response.headers["etag"] = etag
        response.headers["x-oss-hash-crc64ecma"] = str(stored.crc64)
        return response

    def abort(self, call: OssCall) -> Response:
        """Forget the upload."""
        self._uploads.abort(call.bucket, call.key, call.query["uploadId"])
        return Response(status_code=204)


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

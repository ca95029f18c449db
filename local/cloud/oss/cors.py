"""Which pages of other origins may ask: a bucket's rules, and the headers that say so.

https://help.aliyun.com/zh/oss/developer-reference/putbucketcors
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from starlette.responses import Response

from local.cloud.files import replace_bytes
from local.cloud.oss.calls import OssCall
from local.cloud.oss.documents import parse_document
from local.cloud.oss.errors import (
    AccessForbiddenError,
    MalformedXmlError,
    NoSuchBucketError,
    NoSuchCORSConfigurationError,
)
from local.cloud.oss.store import BucketStore

_ROOT = "CORSConfiguration"
_VARIES = b"<ResponseVary>true</ResponseVary>"
_METHODS = frozenset({"GET", "PUT", "POST", "DELETE", "HEAD"})
_NOT_ALLOWED = (
    "CORSResponse: This CORS request is not allowed. This is usually because the evalution of "
    "Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers "
    "are not whitelisted by the resource's CORS spec."
)
_NOT_ENABLED = "CORSResponse: CORS is not enabled for this bucket."


@dataclass(frozen=True)
class CorsRule:
    """Who may ask what; in origins and headers one `*` stands for anything."""

    origins: tuple[str, ...]
    methods: tuple[str, ...]
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    max_age: str = ""

    def allows(self, origin: str, method: str, headers: Iterable[str] = ()) -> bool:
        """Say whether a page of that origin may ask so."""
        patterns = [each.lower() for each in self.headers]
        return (
            any(fnmatchcase(origin, each) for each in self.origins)
            and method in self.methods
            and all(any(fnmatchcase(name, each) for each in patterns) for name in headers)
        )

    def told(self, origin: str, method: str) -> dict[str, str]:
        """Return the headers that let the page have the answer."""
        told = {
            "access-control-allow-origin": "*" if "*" in self.origins else origin,
            "access-control-allow-methods": method,
            "access-control-expose-headers": ", ".join(self.exposed),
            "access-control-max-age": self.max_age,
        }
        return {name: value for name, value in told.items() if value}


class CorsRequests:
    """Put, get and delete a bucket's rules; answer browsers by them."""

    def __init__(self, store: BucketStore) -> None:
        self._store = store

    def put(self, call: OssCall) -> Response:
        """Set the rules."""
        set_rules(self._store, call.bucket, call.body)
        return Response()

    def get(self, call: OssCall) -> Response:
        """Return the rules."""
        document = self._document(call.bucket)
        if not document:
            raise NoSuchCORSConfigurationError(details={"BucketName": call.bucket})
        return Response(document, media_type="application/xml")

    def delete(self, call: OssCall) -> Response:
        """Forget the rules."""
        (self._store.meta_folder(call.bucket) / "cors.xml").unlink(missing_ok=True)
        return Response(status_code=204)

    def preflight(self, call: OssCall) -> Response:
        """Tell a browser whether it may ask, or raise AccessForbiddenError; nobody signs this."""
        origin = call.headers.get("origin", "")
        method = call.headers.get("access-control-request-method", "")
        listed = call.headers.get("access-control-request-headers", "")
        names = [each.strip().lower() for each in listed.split(",") if each.strip()]
        rules = self._rules(call.bucket)
        for rule in rules:
            if rule.allows(origin, method, names):
                told = {"access-control-allow-headers": ", ".join(names)} if names else {}
                return Response(headers=rule.told(origin, method) | told)
        raise AccessForbiddenError(_NOT_ALLOWED if rules else _NOT_ENABLED)

    def headers(self, bucket: str, method: str, asked: Mapping[str, str]) -> dict[str, str]:
        """Return what an answer says to the page that asked, nothing to one that may not."""
        try:
            document = self._document(bucket)
        except NoSuchBucketError:
            return {}
        if not document:
            return {}
        origin = asked.get("origin", "")
        allowing = (rule for rule in _parse(document) if origin and rule.allows(origin, method))
        told = next((rule.told(origin, method) for rule in allowing), {})
        # Caches are told of every answer, or of none.
        return told | {"vary": "Origin"} if _VARIES in document else told

    def _rules(self, bucket: str) -> tuple[CorsRule, ...]:
        document = self._document(bucket)
        return _parse(document) if document else ()

    def _document(self, bucket: str) -> bytes:
        try:
            return (self._store.meta_folder(bucket) / "cors.xml").read_bytes()
        except FileNotFoundError:
            return b""


def set_rules(store: BucketStore, bucket: str, document: bytes) -> None:
    """Set a bucket's rules; MalformedXmlError for a document that has none."""
    _parse(document)
    if b"<ResponseVary>" not in document:
        end = f"</{_ROOT}>".encode()
        document = document.replace(end, b"<ResponseVary>false</ResponseVary>" + end)
    replace_bytes(store.meta_folder(bucket) / "cors.xml", document)


def _parse(data: bytes) -> tuple[CorsRule, ...]:
    rules = tuple(_rule(each) for each in parse_document(data, _ROOT).iter("CORSRule"))
    if not 0 < len(rules) <= 20:
        raise MalformedXmlError
    return rules


def _rule(element: ET.Element) -> CorsRule:
    def texts(name: str) -> tuple[str, ...]:
        return tuple((each.text or "").strip() for each in element.iter(name))

    rule = CorsRule(
        texts("AllowedOrigin"),
        texts("AllowedMethod"),
        texts("AllowedHeader"),
        texts("ExposeHeader"),
        element.findtext("MaxAgeSeconds", ""),
    )
    patterns = (*rule.origins, *rule.headers)
    if not rule.origins or not rule.methods or not _METHODS.issuperset(rule.methods):
        raise MalformedXmlError
    if any(each.count("*") > 1 for each in patterns):
        raise MalformedXmlError
    return rule

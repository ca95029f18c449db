"""The XML documents of the service, out and in."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from functools import partial
from typing import TypeAlias
from urllib.parse import quote

from starlette.responses import Response

from local.cloud.oss.errors import MalformedXmlError

Content: TypeAlias = str | Sequence[tuple[str, "Content"]]

# XML has no control characters, but keys may, and OSS reads them: they pass as characters that no
# text may hold.
_CONTROLS = {code: 0xFDD0 + code for code in range(32) if chr(code) not in "\t\n\r"}
_BACK = {stand_in: code for code, stand_in in _CONTROLS.items()}
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(name: str, content: Content) -> bytes:
    """Return an XML document; a text is an element's text, pairs are its children."""
    body: bytes = ET.tostring(_element(name, content), encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body


def xml_response(
    name: str, content: Content, *, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer 200 with an XML document."""
    return Response(document(name, content), headers=headers, media_type="application/xml")


def parse_document(body: bytes, name: str) -> ET.Element:
    """Return the root element, or raise MalformedXmlError."""
    try:
        text = body.decode().translate(_CONTROLS)
        root = ET.fromstring(text)  # noqa: S314 - the body is signed by a holder of the local keys
    except (UnicodeDecodeError, ET.ParseError) as error:
        raise MalformedXmlError from error
    if root.tag != name:
        raise MalformedXmlError
    return root


def text_of(parent: ET.Element, path: str) -> str:
    """Return the text of a child, or raise MalformedXmlError."""
    text = parent.findtext(path)
    if text is None:
        raise MalformedXmlError
    return text.translate(_BACK)


def encoder(encoding_type: str) -> Callable[[str], str]:
    """Return how keys are written in a document: as they are, or percent-encoded for "url"."""
    return partial(quote, safe="/") if encoding_type == "url" else str


def iso_seconds(moment: datetime) -> str:
    """Return the time in the form of the documents, whose milliseconds are always zero."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _element(name: str, content: Content) -> ET.Element:
    element = ET.Element(name)
    if isinstance(content, str):
        element.text = _NOT_IN_XML.sub("\ufffd", content)
    else:
        element.extend(_element(*child) for child in content)
    return element

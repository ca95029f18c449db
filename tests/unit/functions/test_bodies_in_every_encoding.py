"""A trip as text over HTTP, in the encoding that the app says, or does not say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from functions.submit_trip.schema import read_body
from local.stack import ROOT
from local.trip_file import trip_in
from shared.core.errors import MalformedRequestError
from shared.edge.events.http_request import HttpRequest
from shared.trips.fields import no_choices

if TYPE_CHECKING:
    from pathlib import Path

_TEXT = (ROOT / "examples" / "trips" / "article_trip.txt").read_text("utf-8")


def read(body: bytes, content_type: str) -> object:
    """Return what is read of a body."""
    request = HttpRequest("POST", "/v1/trips", {"content-type": content_type}, body=body)
    return read_body(request, max_bytes=65_536, choices=no_choices)


@pytest.mark.parametrize(
    ("way", "content_type"),
    [
        ("utf-8", "text/plain; charset=utf-8"),
        ("utf-8-sig", 'text/plain;charset="UTF-8"'),
        ("gb18030", "text/plain; charset=GB18030"),
        ("gbk", "text/plain; format=flowed; charset=gbk"),
        ("utf-16", "Text/Plain; Charset=utf-16"),
        ("utf-16-le", "text/plain; charset=utf-16le"),
        *((way, "text/plain") for way in ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030")),
        ("gb18030", "text/plain; charset="),
    ],
)
def test_the_charset_is_heeded_and_tried_for_where_it_is_not_said(
    way: str, content_type: str
) -> None:
    assert read(_TEXT.encode(way), content_type) == read(_TEXT.encode(), "text/plain")


@pytest.mark.parametrize(
    ("body", "content_type", "said"),
    [
        (_TEXT.encode("gb18030"), "text/plain; charset=utf-8", "line 1 of the text is not UTF-8"),
        (_TEXT.encode("big5", "ignore"), "text/plain", "not UTF-8, UTF-16 or GB18030"),
        (_TEXT.encode(), "text/plain; charset=big5", "one of utf-8, utf-16, gb18030, gbk"),
        (_TEXT.encode() + b"\nx: \xff", "text/plain", "line 14 of the text"),
        (_TEXT.encode("gbk").decode("utf-8", "replace").encode(), "text/plain", "octet-stream"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_line(
    body: bytes, content_type: str, said: str
) -> None:
    with pytest.raises(MalformedRequestError, match=said):
        read(body, content_type)


def test_json_is_utf_8_whatever_is_said_of_it() -> None:
    trip = {"ended_at": "2024-05-02 22:38", "终点": "上海市"}
    body = json.dumps(trip, ensure_ascii=False)
    assert read(body.encode(), "application/json; charset=gbk")
    with pytest.raises(MalformedRequestError):
        read(body.encode("gbk"), "application/json; charset=gbk")


@pytest.mark.parametrize("way", ["utf-8-sig", "utf-16", "gb18030"])
def test_the_local_commands_read_a_trip_in_any_of_them(tmp_path: Path, way: str) -> None:
    path = tmp_path / "trip.txt"
    path.write_bytes(_TEXT.encode(way))
    assert trip_in(path) == read(_TEXT.encode(), "text/plain")

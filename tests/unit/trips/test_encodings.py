"""A text is read in the encoding it is in, or refused with the line that cannot be read."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.stack import ROOT
from shared.core.errors import MalformedRequestError
from shared.trips.encodings import (
    as_utf_8,
    encoding_of,
    encoding_within,
    keep_unreadable,
    read_text,
    size_of,
    unreadable_line,
)
from shared.trips.script import simplified

_ARTICLE = (ROOT / "examples" / "trips" / "article_trip.txt").read_text("utf-8")
_WAYS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "gb18030": "gb18030",
}
_TEXTS = {
    "traditional": _ARTICLE,
    "simplified": simplified(_ARTICLE),
    "rare places": "起点: 亳州市\n终点: 衢州市\n途经: 濮阳市、漯河市\n",
    "emoji": "心情: 🏄放飞\n终点: 三亚市\n",
    "mostly Latin": '{"driver": "d", "end": {"city": "Shanghai"}, "team": "开心"}\n',
    "the word that looks like UTF-8": "终点: 上海市\n车队: 联通\n",
}
_OTHERS = {
    "big5": _ARTICLE.encode("big5", "ignore"),
    "shift_jis": "目的地: 東京から大阪まで\n天気: 晴れです".encode("shift_jis"),
    "euc_jp": "目的地: 東京から大阪まで\n天気: 晴れです".encode("euc_jp"),
    "latin-1": "Start: Zürich\nEnd: München\nCaption: où, ça, naïveté".encode("latin-1"),
    "cp1251": "Начало: Москва\nКонец: Петербург, погода ясная".encode("cp1251"),
    "koi8-r": "Начало: Москва\nКонец: Петербург, погода ясная".encode("koi8-r"),
    "picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xff\xfe" * 9,
    "utf-32": _ARTICLE.encode("utf-32-be"),
}
_BYTES = st.binary(max_size=60) | st.text(max_size=30).map(
    lambda text: text.encode("gb18030", "replace")
)


@pytest.mark.parametrize("way", _WAYS)
@pytest.mark.parametrize("text", _TEXTS)
def test_a_text_is_read_in_any_of_the_encodings(way: str, text: str) -> None:
    data = _TEXTS[text].encode(way)
    assert encoding_of(data) == _WAYS[way]
    assert read_text(data) == _TEXTS[text]


@pytest.mark.parametrize("way", ["utf-8", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("size", [60, 61, 62, 63, 99])
def test_a_beginning_that_is_cut_in_a_character_says_the_same(way: str, size: int) -> None:
    data = _ARTICLE.encode(way)
    assert encoding_of(data[:size], whole=False) == way


@pytest.mark.parametrize("ascii_bytes", [0, 1 << 20, (1 << 20) + 1, 3 << 20])
@pytest.mark.parametrize("way", ["utf-8", "gb18030"])
def test_a_long_file_is_looked_at_as_far_as_it_is_ascii(way: str, ascii_bytes: int) -> None:
    data = b"x" * ascii_bytes + _ARTICLE.encode(way)
    longest = 0

    def read(start: int, length: int) -> bytes:
        nonlocal longest
        longest = max(longest, length)
        return data[start : start + length]

    assert encoding_within(read, len(data)) == way
    assert longest <= 1 << 20


@pytest.mark.parametrize("other", _OTHERS)
def test_any_other_encoding_is_refused_with_the_line(other: str) -> None:
    with pytest.raises(MalformedRequestError, match="line 1 of the text is not UTF-8, UTF-16 or"):
        read_text(_OTHERS[other])


@pytest.mark.parametrize("way", ["utf-8", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_line_that_cannot_be_read_is_named(way: str, end: str) -> None:
    lines = [line.encode(way) for line in _ARTICLE.splitlines()]
    lines[6] += b"\xff"
    data = end.encode().join(lines)
    assert encoding_of(data) == way
    assert unreadable_line(data, encoding_of(data)) == 7
    with pytest.raises(MalformedRequestError, match="line 7 "):
        read_text(data)


@pytest.mark.parametrize(
    ("charset", "way"),
    [
        ("UTF-8", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ("GBK", "gbk"),
        ("gb2312", "gb2312"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16", "utf-16-le"),
        ("UTF-16BE", "utf-16-be"),
        ("utf-16le", "utf-16-le"),
    ],
)
def test_a_charset_that_is_named_is_heeded(charset: str, way: str) -> None:
    text = "起点: 上海市\n终点: 湖州市\n"
    assert read_text(text.encode(way), charset) == text


@pytest.mark.parametrize("charset", ["gbk", "utf-16be", "utf-16le", "utf-8"])
def test_one_character_is_little_to_try_by_and_enough_where_the_charset_is_told(
    charset: str,
) -> None:
    assert read_text("頔".encode(charset), charset) == "頔"


@pytest.mark.parametrize("charset", ["big5", "latin-1", "utf-7", "nonsense", "rot13", "\u0000"])
def test_another_charset_is_refused(charset: str) -> None:
    with pytest.raises(MalformedRequestError, match="one of utf-8, utf-16, gb18030, gbk"):
        read_text(b"mood: x", charset)


def test_what_is_said_to_be_utf_8_and_is_not_is_refused() -> None:
    with pytest.raises(MalformedRequestError, match="line 1 of the text is not UTF-8"):
        read_text(_ARTICLE.encode("gb18030"), "utf-8")


@settings(derandomize=True, max_examples=300)
@given(st.text(max_size=60), st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "gb18030"]))
def test_any_text_comes_back_from_its_encoding(text: str, way: str) -> None:
    data = text.encode(way)
    plain, readable = as_utf_8(data, way)  # type: ignore[arg-type]
    lost = any("\ue000" <= c <= "\uf8ff" or ord(c) >= 0xF0000 or c == "\ufffd" for c in text)
    assert readable == (way == "utf-8" or not lost)
    assert not readable or plain.decode() == text


@settings(derandomize=True, max_examples=500)
@given(_BYTES, st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "gb18030"]), st.data())
@pytest.mark.slow
def test_any_part_of_any_bytes_is_as_long_as_it_was(
    data: bytes, way: str, draw: st.DataObject
) -> None:
    kept = keep_unreadable(data, way)  # type: ignore[arg-type]
    at = draw.draw(st.integers(0, len(kept)))
    sizes = [size_of(part, way) for part in (kept[:at], kept[at:])]  # type: ignore[arg-type]
    assert sum(sizes) == len(data)
    if not any("\udc00" <= character <= "\udcff" for character in kept):
        assert data[: sizes[0]].decode(way) == kept[:at]


@settings(derandomize=True, max_examples=500)
@given(_BYTES, st.booleans())
@pytest.mark.slow
def test_no_bytes_break_the_trial(data: bytes, whole: bool) -> None:
    way = encoding_of(data, whole=whole)
    plain, readable = as_utf_8(data, way)
    assert codecs.lookup(way)
    assert bool(unreadable_line(data, way)) == (not readable)
    assert not readable or plain.decode() is not None

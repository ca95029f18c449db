"""The same text in any encoding, read in any pieces, has the same entries, where they lie."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.trips.encodings import encoding_within
from shared.uploads.elements import elements
from shared.uploads.entry import drivers_named
from shared.uploads.forms import form_of
from shared.uploads.lines import lines
from shared.uploads.table import rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.trips.encodings import Encoding
    from shared.uploads.entry import Entry

ENCODINGS: tuple[tuple[str, Encoding], ...] = (
    ("utf-8", "utf-8"),
    ("utf-8-sig", "utf-8"),
    ("utf-16", "utf-16-le"),
    ("utf-16-le", "utf-16-le"),
    ("utf-16-be", "utf-16-be"),
    ("gb18030", "gb18030"),
)
# With what is half of a line's end in one of them, or looks like JSON inside a character.
_HARD = "\u0a00\u000b\u0a0a\u0d0a\u010a\u0a01一　乗俓憕縗亹絓🚗"
_TEXT = st.text(
    st.sampled_from(_HARD + 'ab[]{},:"\\é·') | st.characters(exclude_categories=["Cs", "Co"]),
    max_size=12,
)
_LINE = _TEXT.map(lambda text: text.replace("\n", "").replace("\r", "").replace("\ufffd", ""))


def reader(data: bytes) -> Callable[[int, int], bytes]:
    return lambda start, length: data[start : start + length]


@pytest.mark.parametrize(("way", "encoding"), ENCODINGS)
@settings(derandomize=True, max_examples=25)
@given(st.lists(_LINE, max_size=8), st.sampled_from(["\n", "\r\n"]), st.integers(1, 50))
def test_lines_are_the_same(
    way: str, encoding: Encoding, texts: list[str], end: str, chunk: int
) -> None:
    data = (end.join(texts) + end).encode(way)
    found = list(
        lines(reader(data), offset=0, number=0, longest=500, encoding=encoding, chunk=chunk)
    )
    assert [e.number for e in found] == list(range(1, max(1, len(texts)) + 1))
    told = [text.encode() for text in texts or [""]]
    assert [e.data for e in found] == [b"" if each.isspace() else each for each in told]
    assert not any(e.reason for e in found)
    for entry, text in zip(found, texts, strict=False):
        assert data[entry.start : entry.stop].decode(encoding) == text + end
        (again,) = (
            next(lines(reader(data), offset=entry.start, number=entry.number - 1, longest=500,
                       encoding=encoding, chunk=chunk)),
        )  # fmt: skip
        assert again == entry


@pytest.mark.parametrize(("way", "encoding"), ENCODINGS)
@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64])
def test_a_line_that_is_too_long_costs_no_other_one(
    way: str, encoding: Encoding, chunk: int
) -> None:
    texts = ["上海", "一" * 60 + "\u0a00" * 60, "湖州"]
    data = "\n".join(texts).encode(way)
    found = list(
        lines(reader(data), offset=0, number=0, longest=40, encoding=encoding, chunk=chunk)
    )
    assert [e.reason for e in found] == ["", "too_long", ""]
    assert [e.data.decode() for e in (found[0], found[2])] == ["上海", "湖州"]
    assert found[-1].stop == len(data)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | _LINE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_LINE, inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(("way", "encoding"), ENCODINGS)
@settings(derandomize=True, max_examples=25)
@given(st.lists(_JSON, max_size=5), st.sampled_from([None, 1]))
def test_elements_are_the_same(
    way: str, encoding: Encoding, values: list[object], indent: int | None
) -> None:
    data = json.dumps(values, ensure_ascii=False, indent=indent).encode(way)
    found = list(elements(data, encoding))
    assert [json.loads(data[e.start : e.stop].decode(encoding)) for e in found] == values
    assert [json.loads(e.data) if e.data else None for e in found] == values


@pytest.mark.parametrize(("way", "encoding"), ENCODINGS)
@settings(derandomize=True, max_examples=25)
@given(
    st.lists(st.tuples(_TEXT, _TEXT), max_size=6),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(16, 90),
)
def test_rows_are_the_same(
    way: str, encoding: Encoding, cells: list[tuple[str, str]], separator: str, end: str, chunk: int
) -> None:
    cells = [tuple(_in_a_cell(cell) for cell in pair) for pair in cells]  # type: ignore[misc]
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator, lineterminator=end)
    writer.writerows(
        [["driver", "caption", "结束时间", "终点", "x"], *((a, b, "1", "2", "") for a, b in cells)]
    )
    data = file.getvalue().encode(way)

    def read(offset: int = 0, number: int = 0) -> list[Entry]:
        return list(
            rows(
                reader(data),
                offset=offset,
                number=number,
                longest=900,
                encoding=encoding,
                chunk=chunk,
            )
        )

    found = read()
    assert not any(e.reason for e in found)
    told = [json.loads(e.data) for e in found]
    expected = [(a.strip(), b.strip()) for a, b in cells]
    assert [(t.get("driver", ""), t.get("caption", "")) for t in told] == expected
    for n, entry in enumerate(found):
        raw = data[entry.start : entry.stop].decode(encoding)
        assert raw.count("\n") == entry.lines
        assert read(entry.stop, entry.last) == found[n + 1 :]
    assert [e.number for e in found][1:] == [e.last + 1 for e in found][:-1]


def _in_a_cell(text: str) -> str:
    # What a cell may hold without being taken for something else: see the tables' own tests.
    return "".join(c for c in text if c not in "\r=\ufffd\0" and (c.isprintable() or c == "\n"))


@pytest.mark.parametrize(("way", "encoding"), ENCODINGS)
@pytest.mark.parametrize("suffix", ["jsonl", "json", "csv", "txt"])
def test_a_driver_is_found_in_any_form_and_encoding(
    way: str, encoding: Encoding, suffix: str
) -> None:
    text = {
        "jsonl": '{"司机": "司机一号", "终点": "上海市"}\n{"driver": "另一位", broken\n',
        "json": '[{"driver": "司机一号", "终点": "上海市"}, {"駕駛員": "另一位"}]',
        "csv": "司机,结束时间,终点\n司机一号,2024-05-05,上海市\n另一位,2024-05-05,上海市\n",
        "txt": "司机: 司机一号\n终点: 上海市\n駕駛員：另一位\n",
    }[suffix]
    data, form = text.encode(way), form_of(f"a.{suffix}")
    assert encoding_within(reader(data), len(data)) == encoding
    found = form.entries(reader(data), len(data), encoding, longest=1000)
    assert set().union(*(form.drivers(e.data) for e in found)) == {"司机一号", "另一位"}


def test_a_line_of_another_encoding_is_refused_alone_and_numbered() -> None:
    good = '{"driver": "司机", "终点": "上海市"}'
    data = "\n".join([good] * 1000).encode("gb18030").split(b"\n")
    data[699] = good.encode("gb18030") + b"\xff"
    data[899] = good.encode("big5", "replace")
    file = b"\n".join(data)
    encoding = encoding_within(reader(file), len(file))
    found = list(lines(reader(file), offset=0, number=0, longest=1000, encoding=encoding))
    assert {e.number: e.detail for e in found if e.reason} == {
        n: f"line {n} cannot be read as GB18030, which the file seems to be in" for n in (700, 900)
    }
    assert all(drivers_named(e.data) == {"司机"} for e in found if not e.reason)

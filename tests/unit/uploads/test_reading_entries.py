"""Lines, elements, texts: nothing is lost at a border, memory does not grow with the file."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.core.errors import InvalidRequestError, MalformedRequestError
from shared.uploads.elements import elements
from shared.uploads.entry import (
    Entry,
    drivers_named,
    drivers_named_in_text,
    parse_json_entry,
    parse_line,
    parse_text_entry,
)
from shared.uploads.lines import lines

_LONGEST = 20
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


def _read(data: bytes, *, offset: int = 0, number: int = 0, chunk: int = 7) -> list[Entry]:
    return list(
        lines(
            lambda start, length: data[start : start + length],
            offset=offset,
            number=number,
            longest=_LONGEST,
            chunk=chunk,
        )
    )


@settings(derandomize=True)
@given(
    st.lists(st.binary(max_size=45).map(lambda b: b.replace(b"\n", b"")), max_size=8),
    st.booleans(),
    st.integers(1, 60),
)
def test_any_bytes_are_cut_at_their_line_ends_whatever_the_pieces(
    parts: list[bytes], ended: bool, chunk: int
) -> None:
    data = b"\n".join(parts) + (b"\n" if ended and parts else b"")
    found = _read(data, chunk=chunk)
    expected = data.split(b"\n")[: -1 if data.endswith(b"\n") or not data else None]
    assert [entry.number for entry in found] == list(range(1, len(expected) + 1))
    assert [entry.start for entry in found][1:] == [entry.stop for entry in found][:-1]
    assert (found[-1].stop if found else 0) == len(data)
    for entry, line in zip(found, expected, strict=True):
        bare = line.rstrip(b"\r").removeprefix(b"\xef\xbb\xbf" if entry.number == 1 else b"")
        assert (entry.reason == "too_long") == (len(bare) > _LONGEST)
        assert entry.data == (b"" if bare.isspace() else bare[:_LONGEST])


@settings(derandomize=True)
@given(st.binary(max_size=120), st.integers(1, 40))
def test_reading_goes_on_at_any_line_as_if_it_had_not_stopped(data: bytes, chunk: int) -> None:
    found = _read(data)
    for n, entry in enumerate(found):
        again = _read(data, offset=entry.stop, number=entry.number, chunk=chunk)
        assert again == found[n + 1 :]


@settings(derandomize=True)
@given(st.lists(_JSON, max_size=6), st.sampled_from([None, 1, "\t"]), st.booleans(), st.booleans())
def test_the_elements_of_a_list_are_where_they_are_said_to_be(
    values: list[object], indent: int | str | None, plain: bool, bom: bool
) -> None:
    text = json.dumps(values, indent=indent, ensure_ascii=plain)
    data = (b"\xef\xbb\xbf" if bom else b"") + text.encode("utf-8", "surrogatepass")
    found = list(elements(data))
    assert [json.loads(data[e.start : e.stop].decode("utf-8", "replace")) for e in found] == (
        json.loads(text.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
    )
    assert [e.is_blank for e in found] == [value is None for value in values]


@settings(derandomize=True, max_examples=300)
@given(st.binary(max_size=80) | st.text('[]{},:" \\\nnulltr0123éx', max_size=40).map(str.encode))
def test_no_bytes_break_the_scan_of_a_json_file(data: bytes) -> None:
    found = list(elements(data))
    assert found
    assert [e.number for e in found] == list(range(1, len(found) + 1)) or found[0].number == 1
    assert not any(e.reason for e in found[:-1])


@settings(derandomize=True, max_examples=300)
@given(st.binary(max_size=200) | st.text(max_size=80).map(lambda t: t.encode("utf-8", "replace")))
def test_what_is_no_trip_is_refused_and_nothing_else_happens(data: bytes) -> None:
    for parse in (parse_json_entry, parse_text_entry):
        with pytest.raises(InvalidRequestError):
            parse(data)
    assert drivers_named(data) <= {"", *map(str, range(10))} or b"driver" in data
    drivers_named_in_text(data)


@settings(derandomize=True)
@given(_JSON)
def test_any_json_is_refused_by_name_of_field(value: object) -> None:
    with pytest.raises(InvalidRequestError):
        parse_json_entry(json.dumps(value).encode())


@pytest.mark.parametrize(
    "data",
    [
        b'{"driver": "d1"}',
        b'{"driver": " d1 ", "x": 1',
        b'broken {"driver":"d1"} ',
        b'{"driver": "d\\u0031" oops',
        '{"driver": "d1"}'.encode("utf-16"),
    ],
)
def test_a_broken_line_still_tells_whose_it_is(data: bytes) -> None:
    assert drivers_named(data) == {"d1"}


@pytest.mark.parametrize("name", ["", " ", "x" * 256, "a\tb", "a\ud800", 7, None])
def test_a_driver_is_named_by_printable_characters(name: object) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        parse_json_entry(json.dumps({"driver": name}).encode())
    assert "/driver" in [problem.pointer for problem in caught.value.problems]


@pytest.mark.parametrize("label", ["driver", "Driver", "司机", "司機", "· 驾驶员"])
@pytest.mark.parametrize("colon", [":", "：", " : "])
def test_a_text_names_its_driver_under_several_labels(label: str, colon: str) -> None:
    assert drivers_named_in_text(f"\ufeff{label}{colon}d1 \r\n里程: 1".encode()) == {"d1"}


@pytest.mark.parametrize("driver", ["driver", "Driver", "司机", "駕駛員", "司机（姓名）"])
@pytest.mark.parametrize("key", ["idempotency_key", "幂等键", "冪等鍵"])
def test_json_names_driver_and_key_under_several_labels(driver: str, key: str) -> None:
    fields = {driver: "d1", key: "k1", "ended_at": "2024-05-02 22:38", "终点": "上海市"}
    data = json.dumps(fields, ensure_ascii=False).encode()
    found = parse_json_entry(data)
    assert (found.driver, found.idempotency_key) == ("d1", "k1")
    assert drivers_named(data) == {"d1"}
    for twice in ("driver", "駕駛員", "idempotency-key"):
        with pytest.raises(InvalidRequestError) as caught:
            parse_json_entry(json.dumps({**fields, f" {twice}": "d1"}).encode())
        assert "/driver" in [problem.pointer for problem in caught.value.problems]


@pytest.mark.parametrize("unit", [b'{"driver":"d"}\n', b"x" * 5_000_000 + b"\n"])
@pytest.mark.slow
def test_memory_does_not_grow_with_the_file_or_its_lines(unit: bytes) -> None:
    size = 3_000_000 if len(unit) < 65_536 else 20_000_000
    chunk = (unit * (65_536 // len(unit) + 1))[:65_536] if len(unit) < 65_536 else b"x" * 65_536

    def read(start: int, length: int) -> bytes:
        if start >= size:
            return b""
        if len(unit) < 65_536:
            return chunk[: min(length, size - start)]
        return chunk if (start // 65_536) % 80 else b"\n" + chunk[1:]

    tracemalloc.start()
    count = sum(1 for _ in lines(read, offset=0, number=0, longest=65_536, chunk=65_536))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count > 3
    assert peak < 1_000_000


@pytest.mark.parametrize("separator", [b",", b";", b"\t"])
def test_a_row_of_a_table_among_lines_of_json_is_told_what_its_file_is_named(
    separator: bytes,
) -> None:
    for line in ("司机,结束时间,终点", 'd1,"2024-05-05 18:57",上海市'):
        with pytest.raises(MalformedRequestError, match=r"ends in \.csv") as caught:
            parse_line(line.encode().replace(b",", separator))
        assert "d1" not in str(caught.value)
        assert caught.value.__context__ is None


@pytest.mark.parametrize("line", [b'{"driver": "d1", ', b"nothing", b'"driver": {"a": 1},'])
def test_a_broken_line_of_json_is_no_row_of_a_table(line: bytes) -> None:
    with pytest.raises(MalformedRequestError, match="is not JSON"):
        parse_line(line)

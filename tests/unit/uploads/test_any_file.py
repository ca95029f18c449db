"""Any bytes in any form: cut into entries that lie where they say, and blanked where they lie."""

from __future__ import annotations

import contextlib
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.core.errors import InvalidRequestError, UploadEndedError
from shared.trips.encodings import Encoding, encoding_within
from shared.trips.fields import no_choices
from shared.uploads.forgetting import _spaces
from shared.uploads.forms import Form, form_of

if TYPE_CHECKING:
    from shared.uploads.entry import Entry

_FORMS = ["a.jsonl", "a.json", "a.csv", "a.txt"]
_HEADERS = ["司机,结束时间,终点\n", "司机;结束时间;终点\r\n", "sep=\t\ndriver\ttimes\tvia\n"]
_WORDS = ["司机", "driver", "终点", "结束时间", "上海市", "2024-05-02 22:38", "d1", "驾驶员 二"]
_JSON = ['{"driver": "d1"}', '"司机": "一"', "null", "{", "}", "[", "]"]
_MARKS = [",", ";", "\t", '"', '""', "\n", "\r\n", ":", "：", " ", "sep=;", "=1+1", "\ufeff"]
_PIECES = st.sampled_from([*_HEADERS, *_WORDS, *_JSON, *_MARKS])
_TEXTS = st.builds(
    lambda head, pieces: head + "".join(pieces),
    st.sampled_from(["", *_HEADERS]),
    st.lists(_PIECES, max_size=25),
)
_WAYS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030", "big5"])
_BODIES = st.binary(max_size=80) | st.builds(
    lambda text, way, odd: text.encode(way, "ignore") + odd, _TEXTS, _WAYS, st.binary(max_size=2)
)


def entries(form: Form, data: bytes, encoding: Encoding, longest: int) -> list[Entry]:
    """Return all entries; UploadEndedError for a table without a header."""
    read = lambda start, length: data[start : start + length]  # noqa: E731
    return list(form.entries(read, len(data), encoding, longest=longest))


@pytest.mark.parametrize("name", _FORMS)
@settings(derandomize=True, max_examples=150)
@given(_BODIES, st.integers(5, 60), st.sets(st.integers(0, 9)))
def test_entries_lie_where_they_say_and_leave_nothing_when_they_are_blanked(
    name: str, data: bytes, longest: int, blanked: set[int]
) -> None:
    form = form_of(name)
    encoding = encoding_within(lambda start, length: data[start : start + length], len(data))
    try:
        found = entries(form, data, encoding, longest)
    except UploadEndedError:
        return
    spans = [(entry.start, entry.stop) for entry in found]
    assert spans == sorted(spans)
    assert all(start <= stop <= len(data) for start, stop in spans)
    for left, right in pairwise(found):
        assert left.stop <= right.start
        assert left.last < right.number
    for entry in found:
        form.drivers(entry.data)
        with contextlib.suppress(InvalidRequestError):
            form.parse(entry.data, no_choices)

    rest = bytearray(data)
    for n in blanked & set(range(len(found))):
        start, stop = spans[n]
        rest[start:stop] = _spaces(data[start:stop], form.blank, encoding)
    assert len(rest) == len(data)
    if name == "a.txt" or any(entry.reason for entry in found):
        return
    again = {entry.number: entry for entry in entries(form, bytes(rest), encoding, longest)}
    for n, entry in enumerate(found):
        if n not in blanked:
            assert again[entry.number] == entry
        else:
            assert form.drivers(again[entry.number].data) == set()

"""Read the protobuf messages of the queue service, as the vendor's SDK does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True)
class Frame:
    """One item as it travels."""

    index: int
    tags: Mapping[str, str]
    data: bytes
    message: str = ""


def decode_frames(wire: bytes) -> list[Frame]:
    """Read a DataFrameListProto."""
    return [_decode_frame(_bytes(value)) for number, value in _fields(wire) if number == 1]


def decode_attributes(wire: bytes) -> dict[str, str]:
    """Read an AttributesProto."""
    return dict(_decode_entry(_bytes(value)) for number, value in _fields(wire) if number == 1)


def _decode_frame(wire: bytes) -> Frame:
    fields = list(_fields(wire))
    single = dict(fields)
    tags = dict(_decode_entry(_bytes(value)) for number, value in fields if number == 2)
    index = single.get(1, 0)
    data, message = _bytes(single.get(3, b"")), _bytes(single.get(4, b""))
    return Frame(index if isinstance(index, int) else 0, tags, data, message.decode())


def _decode_entry(wire: bytes) -> tuple[str, str]:
    entry = dict(_fields(wire))
    return _bytes(entry.get(1, b"")).decode(), _bytes(entry.get(2, b"")).decode()


def _fields(wire: bytes) -> Iterator[tuple[int, int | bytes]]:
    position = 0
    while position < len(wire):
        key, position = _read_varint(wire, position)
        value, position = _read_varint(wire, position)
        if key & 7 == 2:
            yield key >> 3, wire[position : position + value]
            position += value
        else:
            yield key >> 3, value


def _read_varint(wire: Sequence[int], position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (wire[position] & 0x7F) << shift
        shift += 7
        position += 1
        if wire[position - 1] < 0x80:
            return value, position


def _bytes(value: int | bytes) -> bytes:
    return value if isinstance(value, bytes) else b""

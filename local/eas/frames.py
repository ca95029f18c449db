"""Encode queue answers: JSON lists, and the protobuf messages that the vendor's SDK reads.

    message DataFrameProto     { uint64 index = 1; map<string,string> tags = 2;
                                 bytes data = 3; string message = 4; }
    message DataFrameListProto { repeated DataFrameProto index = 1; }
    message AttributesProto    { map<string,string> attributes = 1; }

Only two wire types occur: varint (0) and length-delimited (2).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from local.eas.item import QueueItem

PROTOBUF = "application/vnd.google.protobuf"


@dataclass(frozen=True)
class Frame:
    """One item as it travels."""

    index: int
    tags: Mapping[str, str] = field(default_factory=dict)
    data: bytes = b""
    message: str = ""


def frame_of(item: QueueItem) -> Frame:
    """Keep what a consumer may see of an item."""
    return Frame(item.index, item.tags, item.data)


def to_json(frame: Frame) -> dict[str, object]:
    """Return the JSON form; data are base64."""
    encoded = base64.b64encode(frame.data).decode("ascii")
    body: dict[str, object] = {"index": frame.index, "tags": dict(frame.tags), "data": encoded}
    return {**body, "message": frame.message} if frame.message else body


def encode_frames(frames: Iterable[Frame]) -> bytes:
    """Return a DataFrameListProto."""
    return b"".join(_block(1, _encode_frame(frame)) for frame in frames)


def decode_frames(wire: bytes) -> list[Frame]:
    """Read a DataFrameListProto."""
    return [_decode_frame(_bytes(value)) for number, value in _fields(wire) if number == 1]


def encode_attributes(attributes: Mapping[str, str]) -> bytes:
    """Return an AttributesProto."""
    return _encode_map(1, attributes)


def decode_attributes(wire: bytes) -> dict[str, str]:
    """Read an AttributesProto."""
    return dict(_decode_entry(_bytes(value)) for number, value in _fields(wire) if number == 1)


def _encode_frame(frame: Frame) -> bytes:
    index = b"\x08" + _varint(frame.index) if frame.index else b""
    data = _block(3, frame.data) if frame.data else b""
    message = _block(4, frame.message.encode()) if frame.message else b""
    return index + _encode_map(2, frame.tags) + data + message


def _decode_frame(wire: bytes) -> Frame:
    fields = list(_fields(wire))
    single = dict(fields)
    tags = dict(_decode_entry(_bytes(value)) for number, value in fields if number == 2)
    index = single.get(1, 0)
    data, message = _bytes(single.get(3, b"")), _bytes(single.get(4, b""))
    return Frame(index if isinstance(index, int) else 0, tags, data, message.decode())


def _encode_map(number: int, entries: Mapping[str, str]) -> bytes:
    return b"".join(
        _block(number, _block(1, name.encode()) + _block(2, value.encode()))
        for name, value in entries.items()
    )


def _decode_entry(wire: bytes) -> tuple[str, str]:
    entry = dict(_fields(wire))
    return _bytes(entry.get(1, b"")).decode(), _bytes(entry.get(2, b"")).decode()


def _block(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    groups = []
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*groups, value])


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

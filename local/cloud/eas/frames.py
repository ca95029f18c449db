"""Encode queue answers: JSON lists, and the protobuf messages that the vendor's SDK reads.

    message DataFrameProto     { uint64 index = 1; map<string,string> tags = 2;
                                 bytes data = 3; string message = 4; }
    message DataFrameListProto { repeated DataFrameProto index = 1; }
    message AttributesProto    { map<string,string> attributes = 1; }

Only two wire types occur: varint (0) and length-delimited (2).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping

from local.cloud.eas.item import QueueItem

PROTOBUF = "application/vnd.google.protobuf"


def to_json(item: QueueItem) -> dict[str, object]:
    """Return the JSON form; data are base64."""
    encoded = base64.b64encode(item.data).decode("ascii")
    return {"index": item.index, "tags": dict(item.tags), "data": encoded}


def encode_frames(items: Iterable[QueueItem]) -> bytes:
    """Return a DataFrameListProto; no message is ever sent here."""
    return b"".join(_block(1, _encode_frame(item)) for item in items)


def encode_attributes(attributes: Mapping[str, str]) -> bytes:
    """Return an AttributesProto."""
    return _encode_map(1, attributes)


def _encode_frame(item: QueueItem) -> bytes:
    index = b"\x08" + _varint(item.index) if item.index else b""
    data = _block(3, item.data) if item.data else b""
    return index + _encode_map(2, item.tags) + data


def _encode_map(number: int, entries: Mapping[str, str]) -> bytes:
    return b"".join(
        _block(number, _block(1, name.encode()) + _block(2, value.encode()))
        for name, value in entries.items()
    )


def _block(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    groups = []
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*groups, value])

"""The wire forms of queue answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.cloud.eas.frames import encode_attributes, encode_frames, to_json
from local.cloud.eas.item import QueueItem
from tests.fakes.eas_wire import Frame, decode_attributes, decode_frames

if TYPE_CHECKING:
    from collections.abc import Mapping


def item(index: int, tags: Mapping[str, str], data: bytes = b"") -> QueueItem:
    return QueueItem(index, tags, data, priority=0, enqueued_at=0.0)


def test_the_bytes_of_a_frame_list_are_those_of_the_published_message() -> None:
    # Worked out by hand: list field 1, then index 300, tag a=b, data "hi".
    wire = encode_frames([item(300, {"a": "b"}, b"hi")])
    inner = b"\x08\xac\x02" + b"\x12\x06\x0a\x01a\x12\x01b" + b"\x1a\x02hi"
    assert wire == b"\x0a" + bytes([len(inner)]) + inner


@pytest.mark.parametrize(
    "items",
    [
        [],
        [item(0, {})],
        [item(1, {"task_id": "行程"}, b"\x00" * 300)],
        [item(2**63, {}), item(127, {"": "", "b": "c" * 200}, b"x")],
    ],
)
def test_frames_come_back_as_they_went(items: list[QueueItem]) -> None:
    went = [Frame(each.index, each.tags, each.data) for each in items]
    assert decode_frames(encode_frames(items)) == went


def test_attributes_come_back_as_they_went() -> None:
    attributes = {"meta.name": "svc", "stream.length": "3"}
    assert decode_attributes(encode_attributes(attributes)) == attributes


def test_the_json_form_carries_base64() -> None:
    assert to_json(item(7, {"k": "v"}, b"hi")) == {"index": 7, "tags": {"k": "v"}, "data": "aGk="}

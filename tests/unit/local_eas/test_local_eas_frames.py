"""The wire forms of queue answers."""

from __future__ import annotations

import pytest

from local.eas.frames import (
    Frame,
    decode_attributes,
    decode_frames,
    encode_attributes,
    encode_frames,
    to_json,
)


def test_the_bytes_of_a_frame_list_are_those_of_the_published_message() -> None:
    # Worked out by hand: list field 1, then index 300, tag a=b, data "hi", message "m".
    wire = encode_frames([Frame(300, {"a": "b"}, b"hi", "m")])
    inner = b"\x08\xac\x02" + b"\x12\x06\x0a\x01a\x12\x01b" + b"\x1a\x02hi" + b"\x22\x01m"
    assert wire == b"\x0a" + bytes([len(inner)]) + inner


@pytest.mark.parametrize(
    "frames",
    [
        [],
        [Frame(0)],
        [Frame(1, {"task_id": "行程"}, b"\x00" * 300, "")],
        [Frame(2**63, {}, b"", "m"), Frame(127, {"": "", "b": "c" * 200}, b"x")],
    ],
)
def test_frames_come_back_as_they_went(frames: list[Frame]) -> None:
    assert decode_frames(encode_frames(frames)) == frames


def test_attributes_come_back_as_they_went() -> None:
    attributes = {"meta.name": "svc", "stream.length": "3"}
    assert decode_attributes(encode_attributes(attributes)) == attributes


def test_the_json_form_carries_base64_and_leaves_out_an_empty_message() -> None:
    assert to_json(Frame(7, {"k": "v"}, b"hi")) == {"index": 7, "tags": {"k": "v"}, "data": "aGk="}
    assert to_json(Frame(7, message="m"))["message"] == "m"

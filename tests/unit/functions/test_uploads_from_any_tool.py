"""Files under any name and packed by any tool: read to their end, or refused in words."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import zlib
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from shared.edge.events.objects import ObjectCreated
from shared.edge.events.uploads import UploadWork
from shared.uploads import names
from tests.unit.functions import uploading as up

if TYPE_CHECKING:
    from tests.unit.functions.world import World

LINES = b"\n".join(up.numbered(3))
MOST = 1023
LETTERS = ["a", "é", "字", "🚗", "a/", "字/", "%", " ", "+", "é"]


def name_of(letter: str, size: int, end: str = ".jsonl") -> str:
    """Return a name so long that its key has that many bytes."""
    room = size - len(names.TRIPS) - len(end)
    whole = letter * (room // len(letter.encode()))
    return whole + "x" * (room - len(whole.encode())) + end


def keys_made(world: World) -> list[str]:
    return [*world.state.keys(), *world.mount.keys()]


@pytest.mark.parametrize("size", [200, 900, 928, 929, 930, 940, 965, 966, 1022, MOST])
@pytest.mark.parametrize("letter", LETTERS)
def test_a_file_under_a_key_of_any_length_ends_and_has_a_report(
    world: World, letter: str, size: int
) -> None:
    key = up.put(world, LINES, name_of(letter, size))
    assert len(key.encode()) == size

    assert up.event(world, key) == {"read": 1}

    rows, summary = up.report(world, key)
    assert [row["outcome"] for row in rows] == ["accepted"] * 3
    assert (summary["ended"], summary["file"]) == ("read", key)
    assert world.state.keys(names.OPEN) == []
    assert max(len(each.encode()) for each in keys_made(world)) <= MOST


def test_a_long_file_under_a_long_key_is_read_to_its_last_line(world: World) -> None:
    key = up.put(world, up.numbered(250), name_of("字", MOST))
    assert up.event(world, key) == {"read": 1}
    rows, summary = up.report(world, key)
    assert [row["line"] for row in rows] == list(range(1, 251))
    assert summary["accepted"] == 250


@pytest.mark.parametrize("end", [".json", ".txt", ".jsonl.gz", ".csv", ""])
def test_a_long_key_of_any_kind_of_file_ends_visibly(world: World, end: str) -> None:
    key = up.put(world, b"[]", name_of("字", MOST, end))
    up.event(world, key)
    _, summary = up.report(world, key)
    assert summary["ended"] == ("read" if end in {".json", ".txt"} else "refused")
    assert world.state.keys(names.OPEN) == []


def test_two_long_names_that_begin_alike_have_each_a_report(world: World) -> None:
    keys = [up.put(world, LINES, name_of("字", MOST - n, ".jsonl")) for n in (0, 3)]
    for key in keys:
        up.event(world, key)
    folders = {names.report_folder(key, up.upload_of(world, key)) for key in keys}
    assert len(folders) == 2
    assert [up.report(world, key)[1]["file"] for key in keys] == keys


@pytest.mark.parametrize("safe", ["", "/"])
def test_a_long_key_that_the_event_quotes_is_found(world: World, safe: str) -> None:
    key = up.put(world, LINES, name_of("字", MOST))
    event = ObjectCreated("mount", quote(key, safe=safe), len(LINES), "")
    assert up.work(world, UploadWork((event,))) == {"read": 1}


def test_a_driver_of_a_file_under_a_long_key_is_forgotten(world: World) -> None:
    key = up.put(world, LINES, name_of("字", MOST))
    up.event(world, key)
    assert up.forget(world, "driver-1") == 1
    assert b"driver-1" not in world.mount.objects[key].data


@pytest.mark.parametrize("size", [1, 929, 930, MOST])
@pytest.mark.parametrize("letter", LETTERS)
def test_a_report_is_named_like_its_file_as_far_as_there_is_room(letter: str, size: int) -> None:
    key = names.TRIPS + (letter * size).encode()[:size].decode(errors="ignore")
    upload = names.upload_id(key, "E", 1)
    folder = names.report_folder(key, upload)
    name = folder.removeprefix("uploads/reports/").removesuffix(f"/{upload}/")
    assert key.removeprefix("uploads/").startswith(name)
    assert len(f"{folder}part-999999999.jsonl".encode()) <= MOST
    assert size >= 929 or f"uploads/{name}" == key


PACKED = {
    "gzip": gzip.compress(LINES, mtime=0),
    "x-gzip": gzip.compress(LINES, mtime=0),
    "GZIP": gzip.compress(LINES, mtime=0),
    "deflate": zlib.compress(LINES),
    "br": b"\x8b\x02\x80" + LINES[:50],
    "zstd": b"\x28\xb5\x2f\xfd" + LINES[:50],
    "compress": b"\x1f\x9d" + LINES[:50],
    "gzip, aws-chunked": gzip.compress(LINES, mtime=0),
    "aws-chunked,gzip": gzip.compress(LINES, mtime=0),
    "identity, br": LINES,
    "x-rot13": LINES,
    "utf-8": LINES,
    "g" * 8000: LINES,
    "字": LINES,
}


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.txt", "a.jsonl.gz"])
@pytest.mark.parametrize("coding", PACKED, ids=[name[:20] for name in PACKED])
def test_a_file_that_is_said_to_be_packed_is_refused_with_what_to_do(
    world: World, coding: str, name: str
) -> None:
    key = up.put_coded(world, PACKED[coding], coding, name)

    assert up.event(world, key) == {"refused": 1}

    rows, summary = up.report(world, key)
    assert (rows, summary["ended"]) == ([], "refused")
    assert "Content-Encoding" in summary["detail"]
    assert "put it again unpacked" in summary["detail"]
    assert len(summary["detail"]) < 300
    assert up.job_ids(world) == set()
    assert world.state.keys(names.OPEN) == []
    assert up.tick(world) == {}


@pytest.mark.parametrize("coding", ["", "identity", " Identity ", "aws-chunked", "identity,", ","])
def test_a_file_that_is_not_said_to_be_packed_is_read(world: World, coding: str) -> None:
    key = up.put_coded(world, LINES, coding)
    assert up.event(world, key) == {"read": 1}
    assert up.report(world, key)[1]["accepted"] == 3


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_the_same_bytes_put_again_without_saying_so_are_read(world: World, coding: str) -> None:
    refused = up.put_coded(world, LINES, coding)
    first = up.upload_of(world, refused)
    up.event(world, refused)
    world.clock.advance(60)

    key = up.put(world, LINES)
    assert up.event(world, key) == {"read": 1}

    assert up.report(world, key)[1]["accepted"] == 3
    assert up.report(world, key, first)[1]["ended"] == "refused"


def test_an_event_about_a_packed_file_tells_of_no_other_content(world: World) -> None:
    key = up.put_coded(world, PACKED["gzip"], "gzip")
    up.event(world, key)
    assert len({each.rsplit("/", 1)[0] for each in world.mount.keys(names.REPORTS)}) == 1


OTHER = {
    "gzip": gzip.compress(LINES),
    "gzip of nothing": gzip.compress(b""),
    "bzip2": bz2.compress(LINES),
    "xz": lzma.compress(LINES),
    "zip": b"PK\x03\x04\x14\x00\x00\x00" + LINES,
    "7z": b"7z\xbc\xaf\x27\x1c\x00\x04" + LINES,
    "zstd": b"\x28\xb5\x2f\xfd\x04\x00" + LINES,
    "an old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + LINES,
    "UTF-32": LINES.decode().encode("utf-32"),
    "UTF-32 the other way round": b"\x00\x00\xfe\xff" + LINES.decode().encode("utf-32-be"),
}


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.txt"])
@pytest.mark.parametrize("form", OTHER)
def test_a_file_that_is_packed_or_in_another_encoding_is_refused_by_its_beginning(
    world: World, form: str, name: str
) -> None:
    key = up.put(world, OTHER[form], name)
    assert up.event(world, key) == {"refused": 1}
    rows, summary = up.report(world, key)
    assert (rows, summary["ended"]) == ([], "refused")
    assert "plain UTF-8" in summary["detail"]


def test_a_bomb_costs_no_more_than_its_beginning(world: World) -> None:
    bomb = gzip.compress(b"\0" * 5_000_000)
    for key in (up.put(world, bomb, "a.jsonl"), up.put_coded(world, bomb, "gzip", "b.jsonl")):
        assert up.event(world, key) == {"refused": 1}
        assert json.dumps(up.report(world, key)[1]).count("refused") >= 1

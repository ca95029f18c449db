"""The same trips, in any form and encoding, become the same jobs, and are forgotten the same."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from local.stack import ROOT
from shared.edge.events.uploads import UploadWork
from shared.trips.fields import no_choices
from shared.uploads import names
from shared.uploads.forms import form_of
from tests.unit.functions import uploading as up
from tests.unit.functions.world import World

if TYPE_CHECKING:
    from pathlib import Path

_WAYS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030")
_FORMS = (
    *((".jsonl", way, "") for way in _WAYS),
    *((".json", way, "") for way in _WAYS),
    *((".csv", way, separator) for way, separator in zip(_WAYS, ",;\t\t;,", strict=True)),
)
_DRIVERS = ("司机一号", "驾驶员 二", "driver-3")
_COLUMNS = (
    "司机,心情emoji标签,开始时间,结束时间,驾驶时长,里程,起点,起点天气,终点,终点天气,"
    "途经城市,标题,车队"
)


def trips(count: int) -> list[dict[str, Any]]:
    """Return that many different trips, each with all that a table can say."""
    return [
        {
            **up.fields(_DRIVERS[n % 3], distance_km=n + 1.5),
            "start": {"city": "上海市", "weather": "晴天"},
            "end": {"city": "亳州市", "weather": "多云"},
            "via": ["湖州市", "无锡市"],
            "caption": f'新司机的五一"出游"!\n第{n}天, 吃小笼; 喝茶',
        }
        for n in range(count)
    ]


def written(given: list[dict[str, Any]], form: str, separator: str) -> str:
    """Return a file of the trips, as text."""
    if form == ".csv":
        return _table(given, separator)
    if form == ".json":
        return json.dumps(given, ensure_ascii=False, indent=1)
    return "".join(json.dumps(trip, ensure_ascii=False) + "\n" for trip in given)


def _table(given: list[dict[str, Any]], separator: str) -> str:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator)
    writer.writerow([*_COLUMNS.split(","), "", ""])
    for trip in given:
        start, end = trip["start"], trip["end"]
        cells = [trip["driver"], trip["mood"], trip["started_at"], trip["ended_at"]]
        cells += [trip["driving_minutes"], trip["distance_km"], *start.values(), *end.values()]
        writer.writerow([*cells, "、".join(trip["via"]), trip["caption"], trip["team"], "", ""])
    writer.writerow([""] * 8)
    return file.getvalue()


def jobs_of(world: World, key: str, count: int) -> list[str]:
    """Return the jobs of a file in the order of their lines, all accepted."""
    rows, summary = up.report(world, key)
    assert (summary["ended"], summary["accepted"], summary["refused"]) == ("read", count, 0)
    return [row["job_id"] for row in sorted(rows, key=lambda row: int(row["line"]))]


def from_json(folder: Path, given: list[dict[str, Any]]) -> list[str]:
    """Return the jobs of the trips as JSON in UTF-8."""
    world = World(folder)
    key = up.put(world, written(given, ".jsonl", "").encode())
    up.event(world, key)
    return jobs_of(world, key, len(given))


@pytest.mark.parametrize(("form", "way", "separator"), _FORMS)
def test_a_file_in_any_form_becomes_the_jobs_that_it_becomes_as_json(
    tmp_path: Path, form: str, way: str, separator: str
) -> None:
    given, world = trips(12), World(tmp_path / "other")
    key = up.put(world, written(given, form, separator).encode(way), "trips" + form)
    # Many runs, each of which reads the header, the encoding and a few lines.
    up.event(world, key, batch_lines=5, seconds=0.0)
    upload = up.upload_of(world, key)
    for _ in range(12):
        up.work(world, UploadWork(upload_id=upload), batch_lines=5, seconds=0.0)
    up.work(world, UploadWork(upload_id=upload))

    assert jobs_of(world, key, 12) == from_json(tmp_path / "json", given)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "way", "separator"), [each for each in _FORMS if each[0] != ".json"]
)
def test_a_thousand_lines_in_any_form_become_the_jobs_that_they_become_as_json(
    tmp_path: Path, form: str, way: str, separator: str
) -> None:
    given, world = trips(1000), World(tmp_path / "other")
    key = up.put(world, written(given, form, separator).encode(way), "trips" + form)
    up.event(world, key)
    assert jobs_of(world, key, 1000) == from_json(tmp_path / "json", given)


@pytest.mark.parametrize(("form", "way", "separator"), _FORMS)
def test_a_driver_is_taken_out_of_a_file_and_all_others_stay(
    world: World, form: str, way: str, separator: str
) -> None:
    given = trips(7)
    key = up.put(world, written(given, form, separator).encode(way), "trips" + form)
    up.event(world, key)
    before, bare = bytes(world.mount.objects[key].data), way.removesuffix("-sig")
    rows = {row["job_id"]: row["line"] for row in up.report(world, key)[0]}

    assert up.forget(world, _DRIVERS[0]) == 3

    after = bytes(world.mount.objects[key].data)
    assert len(after) == len(before)
    text = after.decode(bare)
    assert _DRIVERS[0] not in text
    assert [text.count(name) for name in _DRIVERS[1:]] == [2, 2]
    assert form == ".json" or text.count("\n") == before.decode(bare).count("\n")
    # Nothing is found a second time, and the others are where they were.
    assert up.forget(world, _DRIVERS[0]) == 0
    assert up.forget(world, _DRIVERS[1]) == 2
    left = {row["job_id"]: row["line"] for row in up.report(world, key)[0] if "job_id" in row}
    assert left.items() <= rows.items()
    assert len(left) == 2
    # The event of the rewriting begins nothing, and what is left is the file as it was put.
    assert up.event(world, key) == {"read": 1}


@pytest.mark.parametrize("way", _WAYS)
def test_a_text_in_any_encoding_becomes_the_same_job(tmp_path: Path, way: str) -> None:
    text = "司机: 司机一号\n心情: 出游\n结束时间: 2024-05-02 22:38\n终点: 上海市 天气 多云\n"
    found = []
    for encoding in ("utf-8", way):
        world = World(tmp_path / encoding)
        key = up.put(world, text.encode(encoding), "trip.txt")
        up.event(world, key)
        found += jobs_of(world, key, 1)
        assert up.forget(world, "司机一号") == 1
        assert key not in world.mount.objects
    assert len(set(found)) == 1


@pytest.mark.parametrize("form", [".jsonl", ".json", ".csv"])
@pytest.mark.parametrize(("way", "bad"), [("utf-8", b"\xff"), ("gb18030", b"\xff")])
def test_one_bad_byte_costs_one_line_which_is_named(
    world: World, form: str, way: str, bad: bytes
) -> None:
    given = [{**trip, "caption": ""} for trip in trips(30)]
    given[19]["caption"] = "MARK"
    text = written(given, form, ",").encode(way)
    key = up.put(world, text.replace(b"MARK", bad), "trips" + form)
    up.event(world, key)

    rows, summary = up.report(world, key)
    assert (summary["accepted"], summary["refused"]) == (29, 1)
    (row,) = (row for row in rows if row["outcome"] == "refused")
    line = text[: text.index(b"MARK")].count(b"\n") + 1
    assert row["line"] == (20 if form == ".json" else line)
    assert row["reason"] == "malformed"
    assert f"line {line} cannot be read as {way.upper()}" in row["detail"]
    # Whose it is can be read, so it stays until that driver is erased.
    assert up.forget(world, _DRIVERS[19 % 3]) == 10
    assert bad not in world.mount.objects[key].data


@pytest.mark.parametrize("other", ["big5", "shift_jis", "latin-1", "cp1251"])
@pytest.mark.parametrize("form", [".jsonl", ".csv", ".txt"])
def test_what_is_in_another_encoding_makes_no_job_and_is_not_kept(
    world: World, other: str, form: str
) -> None:
    words = {
        "big5": ("出遊", "無錫市", "司機一號"),
        "shift_jis": ("楽しい", "東京です", "運転手"),
        "latin-1": ("très bien", "Zürich", "François"),
        "cp1251": ("весело", "Москва", "Водитель"),
    }[other]
    mood, city, driver = words
    text = {
        ".jsonl": f'{{"driver": "{driver}", "mood": "{mood}", "ended_at": "2024-05-02 22:38", '
        f'"end": "{city}"}}\n',
        ".csv": f"driver,mood,ended_at,end\n{driver},{mood},2024-05-02 22:38,{city}\n",
        ".txt": f"driver: {driver}\nmood: {mood}\nended_at: 2024-05-02 22:38\nend: {city}\n",
    }[form]
    key = up.put(world, text.encode(other), "trip" + form)
    up.event(world, key)

    rows, _ = up.report(world, key)
    assert [row["outcome"] for row in rows] == ["refused"]
    assert up.job_ids(world) == set()
    number = text[: text.index(driver)].count("\n") + 1
    assert f"line {number} cannot be read as UTF-8" in rows[0]["detail"]
    left = world.mount.objects[key].data if key in world.mount.objects else b""
    assert driver.encode(other) not in left


def test_a_table_without_a_needed_column_is_refused_once_and_taken_away(world: World) -> None:
    key = up.put(world, "司机,心情\nd1,出游\nd2,出游\n".encode("gb18030"), "trips.csv")
    assert up.event(world, key) == {"refused": 1}
    rows, summary = up.report(world, key)
    assert rows == []
    assert "no column for 結束時間 (ended_at), 終點 (end)" in summary["detail"]
    assert key not in world.mount.objects


def test_no_report_of_a_table_repeats_a_cell(world: World) -> None:
    cells = ["=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-1"]
    lines = [f'"{c}","{c}","{c}","{c}"' for c in cells]
    table = "司机,心情,结束时间,终点\n" + "\n".join(lines)
    key = up.put(world, table.encode(), "trips.csv")
    up.event(world, key)
    rows, summary = up.report(world, key)
    assert len(rows) == 4
    told = json.dumps([rows, summary], ensure_ascii=False)
    assert not [cell for cell in cells[:2] if cell in told]
    data = b"".join(world.mount.objects[k].data for k in world.mount.keys(names.REPORTS))
    assert b"calc" not in data


def repeated() -> list[bytes]:
    """Return lines of which the fourth repeats the first, by its trip, the fifth by its key."""
    first, keyed = up.line("a"), up.line("b", distance_km=7, idempotency_key="k")
    return [first, keyed, up.line("a", distance_km=9), b" " + first, keyed, up.line("c")]


_TOLD = ["accepted", "accepted", "accepted", "known", "known", "accepted"]


@pytest.mark.parametrize("batch", [1, 2, 3, 100])
def test_a_line_that_repeats_an_earlier_one_is_known_across_batches_and_runs(
    world: World, batch: int
) -> None:
    key = up.put(world, repeated())
    up.event(world, key, batch_lines=batch, seconds=0.0)
    upload = up.upload_of(world, key)
    for _ in range(8):
        world.clock.advance(20)
        up.work(world, UploadWork(upload_id=upload), batch_lines=batch, seconds=0.0)
    rows, summary = up.report(world, key)
    assert [row["outcome"] for row in rows] == _TOLD
    assert (summary["accepted"], summary["known"]) == (4, 2)
    assert rows[3]["job_id"] == rows[0]["job_id"]
    assert rows[4]["job_id"] == rows[1]["job_id"]


def test_a_line_that_is_dealt_with_twice_tells_the_same_twice(world: World) -> None:
    key = up.put(world, repeated())
    up.event(world, key)
    first, upload = up.report(world, key)[0], up.upload_of(world, key)
    # As if the run had died before its cursor was written, and another one came later.
    for each in world.state.keys(f"uploads/{upload}/cursor/")[1:]:
        world.state.delete(each)
    world.clock.advance(600)
    up.work(world, UploadWork(upload_id=upload))
    assert up.report(world, key)[0] == first
    assert [row["outcome"] for row in first] == _TOLD


def test_the_sample_table_says_what_the_sample_lines_say(tmp_path: Path) -> None:
    found = []
    for name in ("trips.jsonl", "trips.csv"):
        data = (ROOT / "examples" / "uploads" / name).read_bytes()
        form = form_of(name)
        entries = form.entries(
            lambda start, length, data=data: data[start : start + length],  # type: ignore[misc]
            len(data),
            "utf-8",
            longest=10_000,
        )
        found.append([form.parse(entry.data, no_choices) for entry in entries])
    assert found[0] == found[1]


@pytest.mark.slow
def test_a_table_is_read_in_memory_that_does_not_grow_with_it() -> None:
    header, row = "司机,结束时间,终点\n".encode(), "d,2024-05-02 22:38,上海市\n".encode()
    size = len(header) + 10_000 * len(row)

    def read(start: int, length: int) -> bytes:
        rows = row * (length // len(row) + 2)
        if start < len(header):
            return (header[start:] + rows)[:length]
        at = (start - len(header)) % len(row)
        return rows[at : at + min(length, size - start)] if start < size else b""

    tracemalloc.start()
    found = form_of("a.csv").entries(read, size, "utf-8", longest=65_536)
    count = sum(1 for _ in found)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 10_000
    assert peak < 2_000_000

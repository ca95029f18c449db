"""A driver's lines leave the file and the report, and none comes back to life."""

from __future__ import annotations

import contextlib
import gzip
import json
from typing import TYPE_CHECKING

import pytest

from functions.ingest_upload.line import Lines
from shared.core import ids
from shared.core.errors import UpstreamUnavailableError
from shared.edge.events.uploads import UploadWork
from shared.jobs.tombstone import Tombstone, write_tombstone
from shared.uploads import forgetting, names, report
from tests.unit.functions import uploading as up
from tests.unit.functions.world import World, twice_at_once

if TYPE_CHECKING:
    from pathlib import Path

    from shared.ports import ObjectStore
    from shared.uploads.cursor import Cursor, Row
    from shared.uploads.entry import Entry

_REPORTS = names.REPORTS


def erase(world: World, driver: str) -> None:
    """Say that everything of the driver is erased from now on."""
    key = ids.driver_key(up.ID_KEY, tenant=up.TENANT, driver=driver)
    write_tombstone(key, Tombstone(at=world.clock.now(), erasure_id="e1"), state=world.state)


def data_of(world: World, key: str) -> bytes:
    return bytes(world.mount.objects[key].data)


def mixed() -> list[bytes]:
    return [up.line(f"driver-{n % 3}", distance_km=n + 1) for n in range(9)]


def test_a_drivers_lines_become_spaces_and_all_others_stay_where_they_are(world: World) -> None:
    lines = [*mixed(), b'{"driver": "driver-1", broken', b"\xef"]
    key = up.put(world, b"\xef\xbb\xbf" + b"\r\n".join(lines))
    up.event(world, key)
    before = data_of(world, key)

    assert up.forget(world, "driver-1") == 4

    after = data_of(world, key)
    assert len(after) == len(before)
    assert b"driver-1" not in after
    kept = [n for n, line in enumerate(lines) if b"driver-" in line and b'"driver-1"' not in line]
    assert [after.splitlines()[n].removeprefix(b"\xef\xbb\xbf") for n in kept] == [
        lines[n] for n in kept
    ]
    assert up.forget(world, "driver-1") == 0
    assert data_of(world, key) == after


def test_the_report_tells_no_more_of_the_lines_jobs(world: World) -> None:
    key = up.put(world, mixed())
    upload = up.upload_of(world, key)
    up.event(world, key)
    up.forget(world, "driver-1")

    rows, _ = up.report(world, key, upload)
    gone = [row for row in rows if row.get("reason") == "erased"]
    assert [row["line"] for row in gone] == [2, 5, 8]
    assert all("job_id" not in row for row in gone)
    erased = [k for k in up.job_ids(world) if k not in {row.get("job_id") for row in rows}]
    text = b"".join(o.data for k, o in world.state.objects.items() if k.startswith("uploads/"))
    assert len(erased) == 3
    assert not any(job.encode() in text for job in erased)


def test_one_jobs_line_alone_may_be_forgotten(world: World) -> None:
    key = up.put(world, mixed())
    upload = up.upload_of(world, key)
    up.event(world, key)
    job = up.report(world, key)[0][4]["job_id"]

    assert up.forget(world, "driver-1", job) == 1
    assert up.forget(world, "driver-0", job) == 0

    left = [n for n, line in enumerate(data_of(world, key).splitlines(), 1) if line.strip()]
    assert left == [1, 2, 3, 4, 6, 7, 8, 9]
    assert up.report(world, key, upload)[0][4]["reason"] == "erased"


def test_an_element_of_a_list_becomes_null_and_the_list_stays_json(world: World) -> None:
    trips = [up.fields(f"d{n % 2}", distance_km=n + 1) for n in range(4)]
    key = up.put(world, json.dumps(trips, ensure_ascii=False).encode(), "list.json")
    up.event(world, key)
    size = len(data_of(world, key))

    assert up.forget(world, "d1") == 2

    assert json.loads(data_of(world, key)) == [trips[0], None, trips[2], None]
    assert len(data_of(world, key)) == size


def test_a_text_is_deleted(world: World) -> None:
    key = up.put(world, "司机: d1\n心情: 出游\n".encode(), "trip.txt")
    up.event(world, key)
    assert up.forget(world, "d1") == 1
    assert key not in world.mount.objects


def test_the_event_of_a_rewriting_begins_nothing(world: World) -> None:
    key = up.put(world, mixed())
    up.event(world, key)
    up.forget(world, "driver-1")
    before = world.snapshot()

    assert up.event(world, key) == {"read": 1}
    assert world.snapshot() == before
    assert world.state.keys(names.OPEN) == []


def test_an_upload_is_read_on_after_a_rewriting_without_the_blanked_lines(world: World) -> None:
    key = up.put(world, mixed())
    upload = up.upload_of(world, key)
    up.event(world, key, open_jobs=3)
    erase(world, "driver-1")
    up.forget(world, "driver-1")
    up.tick(world)

    rows, summary = up.report(world, key, upload)
    assert summary["ended"] == "read"
    assert [r["line"] for r in rows] == [1, 2, 3, 4, 6, 7, 9]


def test_two_drivers_forgotten_at_once_are_both_forgotten(world: World) -> None:
    key = up.put(world, mixed())
    up.event(world, key)
    drivers = ["driver-1", "driver-2"]
    twice_at_once(lambda: up.forget(world, drivers.pop()))

    assert b"driver-1" not in data_of(world, key)
    assert b"driver-2" not in data_of(world, key)
    assert data_of(world, key).count(b"driver-0") == 3


def test_a_late_write_of_another_forgetting_is_made_good(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = up.put(world, mixed())
    up.event(world, key)
    stale = data_of(world, key)
    rewrite, late = forgetting._File._rewrite, [True]

    def slow(*given: object) -> None:
        rewrite(*given)  # type: ignore[arg-type]
        if late.pop() if late else False:
            world.mount.put(key, stale)

    monkeypatch.setattr(forgetting._File, "_rewrite", slow)
    up.forget(world, "driver-1")
    assert b"driver-1" not in data_of(world, key)


def test_a_replaced_file_is_not_touched_on_behalf_of_the_old_one(world: World) -> None:
    key = up.put(world, mixed())
    up.event(world, key)
    up.put(world, [up.line("driver-1", distance_km=77)])
    before = data_of(world, key)

    assert up.forget(world, "driver-1") == 0
    assert data_of(world, key) == before
    up.event(world, key)
    assert up.forget(world, "driver-1") == 1


def test_lines_of_an_erased_driver_make_no_jobs_and_are_blanked(world: World) -> None:
    key = up.put(world, mixed())
    upload = up.upload_of(world, key)
    up.event(world, key, open_jobs=1)
    world.clock.advance(1)
    erase(world, "driver-1")
    up.tick(world)

    rows, summary = up.report(world, key, upload)
    assert [r["line"] for r in rows if r.get("reason") == "erased"] == [2, 5, 8]
    assert (summary["ended"], summary["lines"]) == ("read", 9)
    assert len(world.invoker.started) == 6
    painted = {each.payload["job_id"] for each in world.invoker.started}
    assert painted == {row["job_id"] for row in rows if "job_id" in row}
    assert b"driver-1" not in data_of(world, key)


def test_an_erasure_in_the_middle_of_a_batch_stops_the_drivers_later_lines(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = up.put(world, mixed())
    upload, row = up.upload_of(world, key), Lines.row

    def erased_at_line_four(self: Lines, entry: Entry) -> Row:
        if entry.number == 4:
            erase(world, "driver-1")
        return row(self, entry)

    monkeypatch.setattr(Lines, "row", erased_at_line_four)
    up.event(world, key)
    rows, _ = up.report(world, key, upload)
    assert [r["line"] for r in rows if r.get("reason") == "erased"] == [5, 8]


@pytest.mark.parametrize("content", ["replaced", "deleted"])
@pytest.mark.parametrize("alone", [True, False])
def test_the_report_of_a_file_that_is_gone_tells_no_more_of_the_jobs(
    world: World, content: str, *, alone: bool
) -> None:
    key = up.put(world, mixed())
    upload = up.upload_of(world, key)
    up.event(world, key)
    gone = [row["job_id"] for row in up.report(world, key)[0] if row["line"] in {2, 5, 8}]
    if content == "replaced":
        up.put(world, [up.line("driver-2", distance_km=77)])
    else:
        world.mount.delete(key)

    for job in gone if alone else [""]:
        up.forget(world, "driver-1", job)

    rows, summary = up.report(world, key, upload)
    assert [r["line"] for r in rows if r.get("reason") == "erased"] == [2, 5, 8]
    assert summary["accepted"] == 9
    assert not [job for job in gone if job.encode() in reports_and_cursors(world)]
    assert len([row for row in rows if "job_id" in row]) == 6


def reports_and_cursors(world: World) -> bytes:
    """Return all that is kept of uploads but the files themselves."""
    cursors = [o.data for k, o in world.state.objects.items() if k.startswith("uploads/")]
    return b"".join([*cursors, *(world.mount.objects[k].data for k in world.mount.keys(_REPORTS))])


def test_what_a_run_reports_behind_an_erasure_is_forgotten_when_all_has_settled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, row = up.put(world, mixed()), Lines.row

    def erased_at_line_four(self: Lines, entry: Entry) -> Row:
        if entry.number == 4:
            up.forget(world, "driver-1", erased_job)
        return row(self, entry)

    up.event(world, key, open_jobs=2)
    (erased_job,) = {
        entry.job_id
        for entry in world.jobs.every_indexed(
            ids.driver_key(up.ID_KEY, tenant=up.TENANT, driver="driver-1")
        )
    }
    again = up.put(world, [*mixed(), up.line("driver-1", distance_km=55)])
    monkeypatch.setattr(Lines, "row", erased_at_line_four)
    up.event(world, again)
    assert erased_job.encode() in reports_and_cursors(world)

    up.forget(world, "driver-1", erased_job, again=True)

    assert erased_job.encode() not in reports_and_cursors(world)


def test_a_report_that_was_taken_away_does_not_come_back(world: World) -> None:
    key = up.put(world, mixed())
    upload = up.upload_of(world, key)
    up.event(world, key)
    for each in world.mount.keys(_REPORTS):
        world.mount.delete(each)
    up.forget(world, "driver-1")
    assert up.report(world, key, upload) == ([], {})


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("trips.csv", b"driver,mood\ndriver-1,happy\n"),
        ("trips", up.line()),
        ("trips.jsonl.gz", gzip.compress(up.line())),
        ("large.json", b"[" + up.line() + b" " * 100_000 + b"]"),
        ("long.txt", "司机: driver-1\n".encode() + b"x" * 5_000),
    ],
)
def test_a_file_that_is_refused_whole_is_taken_away(world: World, name: str, data: bytes) -> None:
    key = up.put(world, data, name)
    up.event(world, key)
    assert key not in world.mount.objects
    assert up.report(world, key)[1]["ended"] == "refused"
    assert world.state.keys(names.OPEN) == []


def test_a_good_file_in_place_of_a_refused_one_stays(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = up.put(world, b"[" + b" " * 100_001, "big.json")
    write, good = report.write_summary, b"[" + up.line() + b"]"

    def replaced(cursor: Cursor, *, mount: ObjectStore) -> None:
        write(cursor, mount=mount)
        if cursor.ended == "refused":
            up.put(world, good, "big.json")

    monkeypatch.setattr(report, "write_summary", replaced)
    up.event(world, key)
    assert data_of(world, key) == good


_NOBODYS = {
    "no driver": b'{"mood": "driver-1", "caption": "x"}',
    "another field": b'{"driver_id": "driver-1"}',
    "no JSON": b"driver-1,2024-05-01",
    "no name": '{"driver": "driver-1\u200b"}'.encode(),
    "gb18030": '{"driver": "司机一", "mood": "出游"}'.encode("gb18030"),
    "big5": '{"driver": "司機", "mood": "出遊"}'.encode("big5"),
    "utf-16": '{"driver": "driver-1",'.encode("utf-16-le"),
    "utf-32": '{"driver": "driver-1",'.encode("utf-32-be"),
    "too long": b'{"x": "' + b"x" * 4_000 + b'", "driver": "driver-1"}',
    "very long": b'{"driver": "driver-0", "x": "' + b"x" * 1_100_000 + b'driver-1"}',
}


@pytest.mark.parametrize("kind", _NOBODYS)
@pytest.mark.slow
def test_a_line_in_which_nobody_is_found_is_blanked_once_the_file_is_read(
    world: World, kind: str
) -> None:
    before, bad, after = up.line("driver-0"), _NOBODYS[kind], up.line("driver-2")
    key = up.put(world, b"\n".join([before, bad, after]))
    up.event(world, key)

    assert data_of(world, key) == b"\n".join([before, b" " * len(bad), after])
    rows, summary = up.report(world, key)
    assert [row["outcome"] for row in rows if row["line"] != 2] == ["accepted", "accepted"]
    assert (summary["ended"], summary["refused"]) == ("read", 1)
    assert up.event(world, key) == {"read": 1}


def test_a_text_that_names_nobody_is_deleted_and_one_that_names_somebody_is_not(
    world: World,
) -> None:
    texts = {
        "nobody.txt": "心情: 出游\n".encode(),
        "lost.txt": "司機: 司機一\n心情: 出遊\n".encode("big5"),
        "somebody.txt": "司机: driver-1\n心情: \n".encode(),
    }
    for name, text in texts.items():
        up.event(world, up.put(world, text, name))
    assert world.mount.keys(names.TRIPS) == [names.TRIPS + "somebody.txt"]
    assert up.forget(world, "driver-1") == 1
    assert world.mount.keys(names.TRIPS) == []


def test_a_line_that_names_two_is_blanked_for_each_of_them(world: World) -> None:
    key = up.put(world, b'{"driver": "driver-1", "driver": "driver-2"}\n' + up.line("driver-3"))
    up.event(world, key)
    assert up.forget(world, "driver-1") == 1
    assert b"driver-2" not in data_of(world, key)


def test_a_driver_is_forgotten_in_every_form_of_the_name(world: World) -> None:
    lines = [up.line("Jos\u00e9"), up.line("Jose\u0301"), b'{"driver": " Jos\\u00e9 "}']
    key = up.put(world, lines)
    up.event(world, key)
    assert len(up.job_ids(world)) == 1
    assert up.forget(world, "José") == 3
    assert data_of(world, key).strip() == b""


def test_a_file_that_is_put_again_after_an_erasure_is_blanked_again(world: World) -> None:
    key = up.put(world, mixed())
    up.event(world, key)
    up.forget(world, "driver-1")
    blanked = data_of(world, key)

    assert up.put(world, mixed()) == key
    up.event(world, key)

    assert data_of(world, key) == blanked


def test_a_driver_who_comes_back_later_is_served(world: World) -> None:
    erase(world, "driver-1")
    world.clock.advance(60)
    key = up.put(world, mixed())
    up.event(world, key)
    assert {r["outcome"] for r in up.report(world, key)[0]} == {"accepted"}


def test_a_line_whose_job_was_erased_is_refused_and_blanked(world: World) -> None:
    lines = mixed()
    key = up.put(world, lines)
    up.event(world, key)
    job = up.report(world, key)[0][3]["job_id"]
    record = world.record(job)
    world.jobs.append(record.erased(now=world.clock.now()))
    again = up.put(world, [*lines, up.line("new")])
    upload = up.upload_of(world, again)
    up.event(world, again)

    rows, _ = up.report(world, again, upload)
    assert [r["line"] for r in rows if r.get("reason") == "erased"] == [4]
    assert data_of(world, again).splitlines()[3].strip() == b""


def test_a_forgetting_that_dies_anywhere_is_finished_by_the_next(tmp_path: Path) -> None:
    world = World(tmp_path)
    key = up.put(world, mixed())
    up.event(world, key)
    for operation in ("put", "page", "read_range", "delete", "get"):
        for _ in range(4):
            (world.state if operation != "read_range" else world.mount).fail(
                operation, UpstreamUnavailableError("gone")
            )
            with contextlib.suppress(UpstreamUnavailableError):
                up.forget(world, "driver-1")
    up.forget(world, "driver-1")
    up.work(world, UploadWork())
    assert b"driver-1" not in data_of(world, key)
    assert not [k for k in world.state.keys("driver-uploads/") if "driver-1" in k]

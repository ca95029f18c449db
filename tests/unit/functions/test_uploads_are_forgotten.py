"""A driver's lines leave the file and the report, and none comes back to life."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import pytest

from functions.ingest_upload.line import Lines
from shared import ids
from shared.errors import UpstreamUnavailableError
from shared.events.uploads import UploadWork
from shared.jobs.tombstone import Tombstone, write_tombstone
from shared.uploads import forgetting, names
from tests.unit.functions import uploading as up
from tests.unit.functions.world import World, twice_at_once

if TYPE_CHECKING:
    from pathlib import Path

    from shared.uploads.cursor import Row
    from shared.uploads.entry import Entry


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
    kept = [n for n, line in enumerate(lines) if b'"driver-1"' not in line]
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
    rewrite, late = forgetting._rewrite, [True]

    def slow(*given: object, **ports: object) -> None:
        rewrite(*given, **ports)  # type: ignore[arg-type]
        if late.pop() if late else False:
            world.mount.put(key, stale)

    monkeypatch.setattr(forgetting, "_rewrite", slow)
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

"""Files of trips become jobs: what is accepted, what is refused, and what the report says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from shared.core.errors import UpstreamRejectedError, UpstreamUnavailableError
from shared.edge.events.objects import ObjectCreated
from shared.edge.events.uploads import UploadWork
from shared.jobs.control import accept_again, pause, resume, stop_accepting
from shared.uploads import names
from tests.unit.functions import uploading as up
from tests.unit.functions.world import sample_trip

if TYPE_CHECKING:
    from tests.unit.functions.world import World

TEXT = "司机: driver-1\n心情: 出游\n开始时间: 2024-05-01 08:05\n结束时间: 2024-05-02 22:38\n"
TEXT += "驾驶时长: 14小时28分\n里程: 860\n起点: 上海市 天气 晴天\n终点: 上海市 天气 多云\n"


def rows_of(world: World, key: str) -> list[dict[str, Any]]:
    rows, summary = up.report(world, key)
    assert summary, "the report has no end"
    return rows


def test_each_good_line_becomes_a_bulk_job_and_each_bad_one_a_reason(world: World) -> None:
    late = up.line("b", ended_at="2024-13-01")
    lines = [up.line("a"), b"{not json", late, up.line(None), up.line("c", distance_km=3)]
    key = up.put(world, lines)

    assert up.event(world, key) == {"read": 1}

    rows, summary = up.report(world, key)
    assert [row["outcome"] for row in rows] == [
        "accepted",
        "refused",
        "refused",
        "refused",
        "accepted",
    ]
    assert [row["line"] for row in rows] == [1, 2, 3, 4, 5]
    assert [row.get("reason") for row in rows[1:4]] == ["malformed", "invalid", "invalid"]
    assert rows[1]["detail"] == "the body is not JSON in UTF-8"
    assert rows[2]["problems"][0]["pointer"] == "/ended_at"
    assert rows[3]["problems"][0]["pointer"] == "/driver"
    assert (summary["accepted"], summary["refused"], summary["ended"]) == (2, 3, "read")
    records = [world.record(row["job_id"]) for row in rows if "job_id" in row]
    assert {(r.priority, r.origin, r.tenant) for r in records} == {("bulk", "upload", "maker")}
    assert [each.function for each in world.invoker.started] == ["paint_trip"] * 2


def test_a_refusal_says_what_http_says(world: World) -> None:
    fields = {"end": {"city": "Atlantis", "weather": "晴"}, "ended_at": "late", "style": "odd"}
    key = up.put(world, [up.line("", **fields)])
    up.event(world, key)

    problems = {p["pointer"]: p["detail"] for p in rows_of(world, key)[0]["problems"]}
    assert set(problems) == {"/driver", "/ended_at", "/end/city", "/style"}
    assert "names no city; allowed:" in problems["/end/city"]


def test_a_row_says_what_is_assumed_of_a_trip(world: World) -> None:
    secret = "geheim-0815"
    end = {"city": "湖州市", "weather": secret}
    lines = [up.line("a", end=end), up.line("a", end=end), up.line("a", end={"city": secret})]
    key = up.put(world, [*lines, up.line("b")])
    up.event(world, key)

    rows = rows_of(world, key)
    assert [row["outcome"] for row in rows] == ["accepted", "known", "refused", "accepted"]
    for row in rows[:2]:
        (warning,) = row["warnings"]
        assert warning["field"] == "/end/weather"
        assert warning["reason"]
        assert warning["assumed"]
    assert "/end/weather" in [warning["field"] for warning in rows[2]["warnings"]]
    assert "warnings" not in rows[3]
    assert secret not in json.dumps(rows)


def test_a_vehicle_and_a_style_that_nobody_has_are_refused(world: World) -> None:
    lines = [up.line("a", vehicle={"model": "spaceship"}), up.line("a", style="nobody-has")]
    key = up.put(world, lines)
    up.event(world, key)

    assert [r["problems"][0]["pointer"] for r in rows_of(world, key)] == ["/vehicle", "/style"]


def test_the_report_names_no_driver_and_quotes_no_line(world: World) -> None:
    secret = "geheim-0815"
    lines = [
        up.line(f"driver-{secret}"),
        up.line("d", caption=secret, ended_at=secret),
        f'{{"driver": "{secret}", "mood'.encode(),
        up.line(f"{secret}\x07"),
        up.line("d", **{secret: 1}),
    ]
    key = up.put(world, lines)
    up.event(world, key)

    assert len(rows_of(world, key)) == 5
    told = [world.mount.objects[k].data for k in world.mount.keys(names.REPORTS)]
    kept = [each.data for each in world.state.objects.values()]
    keys = [*world.state.keys(), *world.mount.keys()]
    assert not any(secret.encode() in data for data in [*told, *kept])
    assert not any(secret in each for each in keys)


def test_a_line_meets_the_job_that_came_over_http_with_the_same_trip_or_key(world: World) -> None:
    trip = sample_trip(caption="")
    job = world.submit(trip, driver="a")
    keyed = world.submit(sample_trip(caption="", distance_km=7), driver="a", key="seven")
    world.clock.advance(5)
    lines = [
        up.line("a"),
        up.line("a", distance_km=7, idempotency_key="seven"),
        up.line("a", distance_km=8, idempotency_key="seven"),
    ]
    key = up.put(world, lines)
    up.event(world, key)

    rows = rows_of(world, key)
    assert [r.get("job_id") for r in rows] == [job.job_id, keyed.job_id, None]
    assert [r["outcome"] for r in rows] == ["known", "known", "refused"]
    assert (rows[2]["reason"], "take a new key" in rows[2]["detail"]) == ("key_reused", True)


def test_a_corrected_file_makes_jobs_of_the_corrected_lines_alone(world: World) -> None:
    lines = up.numbered(5)
    key = up.put(world, [*lines[:3], b"oops", lines[4]])
    up.event(world, key)
    before = up.job_ids(world)
    world.clock.advance(60)

    up.put(world, lines)
    up.event(world, key)

    rows = rows_of(world, key)
    assert [r["outcome"] for r in rows] == ["known", "known", "known", "accepted", "known"]
    assert len(up.job_ids(world) - before) == 1


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_boms_blank_lines_line_ends_and_a_missing_last_one_cost_no_line(
    world: World, end: bytes
) -> None:
    lines = up.numbered(3)
    body = b"\xef\xbb\xbf" + lines[0] + end + end + b"  \t" + end + lines[1] + end + lines[2]
    key = up.put(world, body)
    up.event(world, key)

    rows = rows_of(world, key)
    assert [(r["line"], r["outcome"]) for r in rows] == [
        (1, "accepted"),
        (4, "accepted"),
        (5, "accepted"),
    ]


def test_broken_bytes_and_gigantic_lines_are_refused_alone(world: World) -> None:
    lines = up.numbered(4)
    giant = up.line("x", caption="x" * 700_000)
    key = up.put(world, [lines[0], b'{"driver": "\xff"}', giant, lines[1], b"9" * 4001, lines[2]])
    up.event(world, key)

    rows = rows_of(world, key)
    assert [r.get("reason", "") for r in rows] == ["", "malformed", "too_long", "", "too_long", ""]
    assert rows[2]["detail"] == "the line has more than 4000 bytes"
    # Whom it names is known all the same, so that it can be forgotten.
    assert len({k.split("/")[1] for k in world.state.keys("driver-uploads/")}) == 4


def test_a_json_list_is_read_element_by_element(world: World) -> None:
    good = [up.fields("a", distance_km=n) for n in (1, 2)]
    body = json.dumps([good[0], 5, None, {"driver": "a"}, good[1]], indent=2).encode()
    key = up.put(world, b"\xef\xbb\xbf" + body, "list.json")
    up.event(world, key)

    rows = rows_of(world, key)
    assert [(r["line"], r["outcome"]) for r in rows] == [
        (1, "accepted"),
        (2, "refused"),
        (4, "refused"),
        (5, "accepted"),
    ]


@pytest.mark.parametrize("behind", [b"", b"\n"])
def test_a_json_file_may_hold_one_trip(world: World, behind: bytes) -> None:
    key = up.put(world, up.line("a") + behind, "one.JSON")
    up.event(world, key)

    assert [r["outcome"] for r in rows_of(world, key)] == ["accepted"]


def test_elements_before_a_break_are_accepted_and_the_break_is_told(world: World) -> None:
    key = up.put(world, b"[" + up.line("a") + b',{"driver": "\xff"},' + b"{oops}, 1]", "cut.json")
    up.event(world, key)

    rows = rows_of(world, key)
    assert [r.get("reason", "") for r in rows] == ["", "malformed", "malformed"]
    assert "nothing behind it was read" in rows[2]["detail"]


def test_lines_of_objects_called_json_are_not_lost_silently(world: World) -> None:
    key = up.put(world, up.numbered(3), "wrong-name.json")
    up.event(world, key)

    rows = rows_of(world, key)
    assert [r["outcome"] for r in rows] == ["accepted", "refused"]
    assert ".jsonl" in rows[1]["detail"]


def test_a_text_becomes_a_job_of_its_driver(world: World) -> None:
    key = up.put(world, ("\ufeff· " + TEXT).encode(), "trip.txt")
    up.event(world, key)

    (row,) = rows_of(world, key)
    assert row["outcome"] == "accepted"
    assert world.record(row["job_id"]).driver_key == world.submit(driver="driver-1").driver_key


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        (TEXT.replace("司机: driver-1\n", ""), "/driver"),
        (TEXT + "司机: driver-2\n", "/driver"),
        (TEXT.replace("结束时间: 2024-05-02", "结束时间: yesterday"), "/ended_at"),
    ],
)
def test_a_text_that_is_no_good_is_refused_with_the_field(
    world: World, text: str, pointer: str
) -> None:
    key = up.put(world, text.encode(), "trip.txt")
    up.event(world, key)

    (row,) = rows_of(world, key)
    assert pointer in [problem["pointer"] for problem in row["problems"]]


@pytest.mark.parametrize(
    ("name", "size", "hint"),
    [
        ("trips.tsv", 10, "ends in .json, .jsonl, .csv or .txt"),
        ("trips.xlsx", 10, "exported as CSV"),
        ("trips.csv", 10, "names no column"),
        ("big.csv", 10_000_001, "split it"),
        ("big.json", 100_001, "send the trips as .jsonl"),
        ("big.jsonl", 10_000_001, "split it"),
        ("big.txt", 4_001, "holds one trip"),
    ],
)
def test_a_file_that_is_not_read_has_a_summary_that_says_why(
    world: World, name: str, size: int, hint: str
) -> None:
    key = up.put(world, b"x" * size, name)
    up.event(world, key)

    rows, summary = up.report(world, key)
    assert (rows, summary["ended"]) == ([], "refused")
    assert hint in summary["detail"]
    assert world.state.keys(names.OPEN) == []


def test_the_raw_key_is_looked_for_first_and_the_decoded_one_second(world: World) -> None:
    raw, decoded = up.put(world, up.numbered(1), "a%20b.jsonl"), up.put(world, [b"x"], "a b.jsonl")
    up.event(world, raw)
    assert up.report(world, raw)[1]
    assert not up.report(world, decoded)[1]

    world.mount.delete(raw)
    up.work(world, UploadWork((ObjectCreated("mount", raw, 2),)))
    assert up.report(world, decoded)[1]["refused"] == 1


def test_what_is_gone_or_not_ours_is_passed_over(world: World) -> None:
    for key in (names.TRIPS + "gone.jsonl", names.REPORTS + "trips/x.jsonl"):
        assert up.work(world, UploadWork((ObjectCreated("mount", key, 5),))) == {}
    assert world.state.keys() == []


def test_an_unreadable_job_does_not_hold_the_others_up(world: World) -> None:
    lines = up.numbered(2)
    key = up.put(world, lines)
    up.event(world, key)
    broken = rows_of(world, key)[0]["job_id"]
    world.state.put(f"jobs/{broken}/000001.json", b"{}")
    world.clock.advance(5)

    up.put(world, [*lines, up.line("late")])
    up.event(world, key)

    seen = [r.get("reason", r["outcome"]) for r in rows_of(world, key)]
    assert seen == ["unreadable_job", "known", "accepted"]


@pytest.mark.parametrize(
    ("error", "stops"),
    [
        (UpstreamUnavailableError("x"), ["held_up", "held_up", "read"]),
        (UpstreamRejectedError("no"), ["rests", "read"]),
    ],
)
def test_a_storage_that_fails_loses_no_line(
    world: World, error: Exception, stops: list[str]
) -> None:
    key = up.put(world, up.numbered(4))
    world.state.fail("create", error, key="jobs/", times=2)

    assert up.event(world, key) == {stops[0]: 1}
    assert [up.tick(world) for _ in stops[1:]] == [{stop: 1} for stop in stops[1:]]
    rows = sorted(rows_of(world, key), key=lambda row: row["line"])
    assert [(r["line"], r["outcome"]) for r in rows] == [(n, "accepted") for n in (1, 2, 3, 4)]


def test_reading_waits_while_paused_or_not_accepting_and_then_goes_on(world: World) -> None:
    key = up.put(world, up.numbered(2))
    pause(world.state, by="op", reason="night", clock=world.clock)
    assert up.event(world, key) == {"paused": 1}
    resume(world.state, by="op")
    stop_accepting(world.state, reason="x", clock=world.clock)
    assert up.tick(world) == {"paused": 1}
    assert up.job_ids(world) == set()
    accept_again(world.state)
    assert up.tick(world) == {"read": 1}
    assert len(up.job_ids(world)) == 2

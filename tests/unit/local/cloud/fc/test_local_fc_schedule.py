"""Timer expressions as FC reads them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from local.cloud.fc.schedule import Every, ScheduleError, parse_schedule

NOON = datetime(2024, 5, 2, 12, 0, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 0 * * * *", "2024-05-02T13:00:00+00:00"),
        ("0 */15 * * * *", "2024-05-02T12:15:00+00:00"),
        ("30 0 4 1 * *", "2024-06-01T04:00:30+00:00"),
        ("0 0 12 * * *", "2024-05-03T12:00:00+00:00"),
        ("0 0 9 ? * MON-FRI", "2024-05-03T09:00:00+00:00"),
        ("0 0 9 ? * 0", "2024-05-05T09:00:00+00:00"),
        ("0 0 9 ? * 7", "2024-05-05T09:00:00+00:00"),
        ("0 0 0 29 2 *", "2028-02-29T00:00:00+00:00"),
        ("0 0 0 1,15 JUN *", "2024-06-01T00:00:00+00:00"),
        ("CRON_TZ=Asia/Shanghai 0 0 3 1 3,6,9,12 *", "2024-05-31T19:00:00+00:00"),
    ],
)
def test_a_cron_expression_comes_due_at_the_next_matching_time(text: str, expected: str) -> None:
    assert parse_schedule(text).next_after(NOON).isoformat() == expected


def test_two_restricted_day_fields_match_when_either_does() -> None:
    due = parse_schedule("0 0 0 10 * SAT").next_after(NOON)
    assert due.date().isoformat() == "2024-05-04"


@pytest.mark.parametrize(
    ("text", "seconds"), [("@every 30s", 30), ("@every 4m", 240), ("@every 1h30m", 5400)]
)
def test_an_interval_is_read_in_hours_minutes_and_seconds(text: str, seconds: int) -> None:
    assert parse_schedule(text) == Every(seconds)
    assert parse_schedule(text).next_after(NOON) == NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0 0 * * *",
        "@every",
        "@every 0s",
        "@every 5",
        "0 0 0 L * *",
        "0 60 * * * *",
        "0 5-1 * * * *",
        "0 */0 * * * *",
        "0 0 0 30 2 ?",
        "CRON_TZ=Moon/Sea 0 0 0 * * *",
    ],
)
def test_an_expression_that_never_comes_due_or_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ScheduleError):
        parse_schedule(text)

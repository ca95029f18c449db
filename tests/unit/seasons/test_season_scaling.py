"""Instances for peaks: up before, down after, the larger of two, and the shapes asked for."""

from __future__ import annotations

import itertools
import re
from datetime import date

from local.cloud.fc.schedule import parse_schedule
from shared.seasons.calendar import calendar
from shared.seasons.scaling import Levels, Sizes, scaling, stretches

CALENDAR = calendar()
GPUS = Levels(usual=0, holiday=6, campaign=2)
SINCE = date(2026, 12, 1)


def _stretches(levels: Levels = GPUS, **options: object) -> list[tuple[date, date, int]]:
    campaigns = options.get("campaigns", ("spring",))
    found = stretches(CALENDAR, levels, since=SINCE, days=365, campaigns=campaigns)  # type: ignore[arg-type]
    return [(each.first, each.last, each.instances) for each in found]


def test_a_holiday_has_its_instances_from_the_eve_to_the_day_after() -> None:
    found = _stretches(campaigns=())

    assert (date(2027, 9, 30), date(2027, 10, 8), 6) in found
    assert (date(2027, 4, 30), date(2027, 5, 6), 6) in found


def test_where_a_campaign_meets_a_holiday_the_larger_number_counts() -> None:
    found = [each for each in _stretches() if each[0] < date(2027, 3, 1)]

    # The spring festival of 2027 is on 6 February, spring begins on the 4th.
    assert found == [
        (date(2027, 2, 4), date(2027, 2, 4), 2),
        (date(2027, 2, 5), date(2027, 2, 14), 6),
        (date(2027, 2, 15), date(2027, 2, 17), 2),
    ]


def test_stretches_do_not_overlap_and_each_ends() -> None:
    found = _stretches(campaigns=("spring", "summer", "autumn", "winter"))

    for (_, last, _), (first, _, _) in itertools.pairwise(found):
        assert last < first


def test_eas_is_scaled_up_in_the_morning_and_down_after_the_last_day() -> None:
    jobs = scaling(CALENDAR, since=SINCE, sizes=Sizes(gpus=GPUS, campaigns=()))["eas"]["ScaleJobs"]
    national = [(job["Schedule"], job["TargetSize"]) for job in jobs if "2027-10" in job["Name"]]

    assert ("0 0 6 30 9 *", 6) in [(job["Schedule"], job["TargetSize"]) for job in jobs]
    assert national == [("0 30 0 9 10 *", 0)]
    assert {job["TimeZone"] for job in jobs} == {"Asia/Shanghai"}
    assert len({job["Name"] for job in jobs}) == len(jobs)
    for job in jobs:
        parse_schedule(job["Schedule"])


def test_after_the_last_change_everything_is_as_usual_again() -> None:
    found = scaling(CALENDAR, since=SINCE, sizes=Sizes())

    assert found["eas"]["ScaleJobs"][-1]["TargetSize"] == 0
    assert found["fc"]["submit_trip"]["scheduledActions"][-1]["target"] == 0


def test_functions_follow_holidays_with_dates_of_that_year_only() -> None:
    config = scaling(CALENDAR, since=SINCE, sizes=Sizes())["fc"]["read_job"]
    first = config["scheduledActions"][0]

    assert set(config) == {
        "defaultTarget",
        "alwaysAllocateCPU",
        "alwaysAllocateGPU",
        "scheduledActions",
        "targetTrackingPolicies",
    }
    assert set(first) == {
        "name",
        "scheduleExpression",
        "startTime",
        "endTime",
        "target",
        "timeZone",
    }
    for action in config["scheduledActions"]:
        match = re.fullmatch(r"cron\((.+)\)", action["scheduleExpression"])
        assert match
        parse_schedule(match[1])
        assert action["startTime"] < action["endTime"]
        assert re.fullmatch(r"[A-Za-z_][\w-]{0,63}", action["name"])
    assert first["startTime"].startswith("2027-02-05")


def test_a_function_without_a_campaign_level_is_left_alone_by_campaigns() -> None:
    sizes = Sizes(functions={"submit_trip": Levels(usual=1, holiday=1, campaign=1)})

    assert (
        scaling(CALENDAR, since=SINCE, sizes=sizes)["fc"]["submit_trip"]["scheduledActions"] == []
    )

"""Object events and timers invoke the functions whose trigger fits."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from local.cloud.fc.spec import FunctionSpec, OssTrigger, TimerTrigger
from local.cloud.fc.triggers import OssTriggers, Timers
from local.cloud.oss.objects import ObjectEvent

if TYPE_CHECKING:
    from tests.unit.local.cloud.fc.conftest import HostMaker, MovableClock

SOON = 5.0
CREATED = ("oss:ObjectCreated:PutObject", "oss:ObjectCreated:CompleteMultipartUpload")


@dataclass(frozen=True)
class Event(ObjectEvent):
    bucket: str = "mount"
    key: str = ""
    event_name: str = "ObjectCreated:PutObject"
    size: int = 1
    etag: str = '"AB"'
    time_iso: str = "2024-05-02T14:38:00.000Z"
    request_id: str = "R"


def listening(events: tuple[str, ...] = CREATED) -> FunctionSpec:
    trigger = OssTrigger("done", "mount", events, "output/", "task.json")
    return FunctionSpec("record", "record.handler", oss_triggers=(trigger,))


def invoked(hosts: HostMaker, function: FunctionSpec, event: Event) -> list[dict[str, Any]]:
    seen: list[dict[str, Any]] = []
    hosts.handlers["record"] = lambda event, context: seen.append(json.loads(event))
    host = hosts.started(function)
    names = OssTriggers({function.name: function}, host)(event)
    assert host.drain(SOON)
    assert len(names) == len(seen)
    return seen


def test_a_fitting_object_invokes_the_function_asynchronously(hosts: HostMaker) -> None:
    [event] = invoked(hosts, listening(), Event(key="output/j1-1/task.json"))
    assert event["events"][0]["oss"]["object"]["key"] == "output/j1-1/task.json"
    assert event["events"][0]["oss"]["ruleId"] == "done"
    assert hosts.made[0].invocations()[0].kind == "async"


@pytest.mark.parametrize(
    "event",
    [
        Event(key="output/j1-1/poster.png"),
        Event(key="input/j1-1/task.json"),
        Event(key="output/j1-1/task.json", bucket="state"),
        Event(key="output/j1-1/task.json", event_name="ObjectRemoved:DeleteObject"),
        Event(key="output/j1-1/task.json", event_name="ObjectCreated:UploadPart"),
    ],
)
def test_an_object_that_does_not_fit_invokes_nothing(hosts: HostMaker, event: Event) -> None:
    assert invoked(hosts, listening(), event) == []


def test_an_event_name_may_come_with_its_service_prefix(hosts: HostMaker) -> None:
    event = Event(key="output/a/task.json", event_name="oss:ObjectCreated:CompleteMultipartUpload")
    assert len(invoked(hosts, listening(), event)) == 1


def test_a_starred_event_takes_every_way_of_creation(hosts: HostMaker) -> None:
    event = Event(key="output/a/task.json", event_name="ObjectCreated:CopyObject")
    assert len(invoked(hosts, listening(("oss:ObjectCreated:*",)), event)) == 1


def ticking(cron: str = "@every 1m", *, enabled: bool = True) -> FunctionSpec:
    trigger = TimerTrigger("tick", cron, enabled, '{"page": 1}')
    return FunctionSpec("sweep", "sweep.handler", timer_triggers=(trigger,))


def test_a_timer_can_be_fired_by_the_name_of_its_function_or_its_own(
    hosts: HostMaker, clock: MovableClock
) -> None:
    seen: list[dict[str, Any]] = []
    hosts.handlers["sweep"] = lambda event, context: seen.append(json.loads(event))
    function = ticking(enabled=False)
    host = hosts.started(function)
    timers = Timers({function.name: function}, host, clock=clock)
    assert len(timers.fire("sweep")) == len(timers.fire("tick")) == 1
    assert host.drain(SOON)
    expected = {
        "triggerTime": "2024-05-02T14:38:00Z",
        "triggerName": "tick",
        "payload": '{"page": 1}',
    }
    assert seen == [expected, expected]
    with pytest.raises(KeyError):
        timers.fire("nobody")


def test_an_interval_comes_again_and_again_and_faster_when_scaled(hosts: HostMaker) -> None:
    third = threading.Event()
    runs: list[bytes] = []

    @hosts.handler("sweep")
    def _(event: bytes, context: Any) -> None:
        runs.append(event)
        if len(runs) == 3:
            third.set()

    function = ticking()
    host = hosts.started(function)
    timers = Timers(
        {function.name: function}, host, clock=lambda: datetime.now(timezone.utc), scale=0.0001
    ).start()
    assert third.wait(SOON)
    timers.stop()
    fired = len(host.invocations())
    assert host.drain(SOON)
    assert fired >= 2


@pytest.mark.parametrize(
    "silent", [ticking(enabled=False), ticking("CRON_TZ=Asia/Shanghai 0 0 3 1 3,6,9,12 *")]
)
def test_a_timer_that_is_off_or_not_due_stays_silent(
    hosts: HostMaker, clock: MovableClock, silent: FunctionSpec
) -> None:
    fast = TimerTrigger("fast", "@every 2m", enabled=True, payload="")
    other = FunctionSpec("other", "other.handler", timer_triggers=(fast,))
    fired = threading.Event()
    hosts.handlers["other"] = lambda event, context: fired.set()
    host = hosts.started(silent, other)
    functions = {"sweep": silent, "other": other}
    # The other timer's interval is longer, so the silent one has had its turn.
    timers = Timers(functions, host, clock=clock, scale=0.0001).start()
    assert fired.wait(SOON)
    timers.stop()
    assert host.drain(SOON)
    assert {run.function for run in host.invocations()} == {"other"}


def test_a_scaled_timer_waits_for_its_last_event_to_end(
    hosts: HostMaker, clock: MovableClock
) -> None:
    release, often = threading.Event(), threading.Event()
    ticks: list[bytes] = []
    hosts.handlers["sweep"] = lambda event, context: release.wait(SOON)

    @hosts.handler("other")
    def _(event: bytes, context: Any) -> None:
        ticks.append(event)
        if len(ticks) == 5:
            often.set()

    pace = TimerTrigger("pace", "@every 1m", enabled=True, payload="")
    slow, other = ticking(), FunctionSpec("other", "other.handler", timer_triggers=(pace,))
    host = hosts.started(slow, other)
    timers = Timers({"sweep": slow, "other": other}, host, clock=clock, scale=0.0001).start()
    assert often.wait(SOON)
    timers.stop()
    release.set()
    assert host.drain(SOON)
    assert [run.function for run in host.invocations()].count("sweep") == 1

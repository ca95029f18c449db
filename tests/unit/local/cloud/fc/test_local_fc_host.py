"""Running functions: synchronous answers, and everything asynchronous invocation promises."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from local.cloud.fc.refusals import RefusedError
from local.cloud.fc.runtime import HandlerLoadError
from local.cloud.fc.spec import AsyncConfig, FunctionSpec

if TYPE_CHECKING:
    from tests.unit.local.cloud.fc.conftest import HostMaker, MovableClock

SOON = 5.0


def function(name: str = "work", **settings: Any) -> FunctionSpec:
    return FunctionSpec(name, f"{name}.handler", **settings)


class Calls:
    """A handler that remembers its events; thread-safe by list.append."""

    def __init__(self, answer: object = b"ok") -> None:
        self.events: list[bytes] = []
        self.answer = answer

    def __call__(self, event: bytes, context: Any) -> object:
        self.events.append(event)
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


def outcomes(host: Any) -> list[tuple[str, str]]:
    return [(run.function, run.outcome) for run in host.invocations()]


@pytest.mark.parametrize(
    ("answer", "body"),
    [(b"raw", b"raw"), ("text", b"text"), ({"a": 1}, b'{"a": 1}'), (None, b"null")],
)
def test_a_returned_value_becomes_bytes_as_in_the_runtime(
    hosts: HostMaker, answer: object, body: bytes
) -> None:
    hosts.handlers["work"] = Calls(answer)
    result = hosts(function()).invoke_sync("work", b"{}")
    assert (result.status, result.body, result.error_type) == (200, body, None)


def test_a_raised_error_is_status_200_with_an_error_type_and_a_stack(hosts: HostMaker) -> None:
    hosts.handlers["work"] = Calls(ValueError("no such city"))
    result = hosts(function()).invoke_sync("work", b"{}")
    body = json.loads(result.body)
    assert (result.status, result.error_type) == (200, "UnhandledInvocationError")
    assert (body["errorMessage"], body["errorType"]) == ("no such city", "ValueError")
    assert body["stackTrace"][-1][2] == "in __call__"


def test_a_handler_that_exits_the_process_does_not_end_the_platform(hosts: HostMaker) -> None:
    hosts.handlers["work"] = Calls(SystemExit(3))
    host = hosts(function())
    assert host.invoke_sync("work", b"").error_type == "UnhandledInvocationError"
    assert host.invoke_sync("work", b"").error_type == "UnhandledInvocationError"


def test_an_import_failure_is_answered_as_fc_does(hosts: HostMaker) -> None:
    def load(spec: FunctionSpec) -> Any:
        raise HandlerLoadError("ImportModuleError", "Unable to import module 'work'")

    result = hosts(function(), load=load).invoke_sync("work", b"")
    body = json.loads(result.body)
    assert (result.status, result.error_type) == (200, "UnhandledInvocationError")
    assert body["errorType"] == "ImportModuleError"
    assert body["errorMessage"] == "Unable to import module 'work'"


def test_a_handler_is_not_loaded_before_its_first_run(hosts: HostMaker) -> None:
    loaded: list[str] = []

    def load(spec: FunctionSpec) -> Any:
        loaded.append(spec.handler)
        return Calls()

    host = hosts(function("one"), function("two"), load=load)
    assert loaded == []
    host.invoke_sync("two", b"")
    assert loaded == ["two.handler"]


def test_a_handler_slower_than_its_timeout_is_not_waited_for(hosts: HostMaker) -> None:
    release = threading.Event()
    hosts.handlers["work"] = lambda event, context: release.wait(SOON)
    result = hosts(function(timeout_s=0.02)).invoke_sync("work", b"")
    release.set()
    assert result.error_type == "UnhandledInvocationError"
    assert json.loads(result.body)["errorMessage"] == "Function timed out after 0.02 seconds"
    assert hosts.made[0].invocations()[0].outcome == "TimedOut"


def test_a_function_that_the_stack_does_not_declare_does_not_run(hosts: HostMaker) -> None:
    hosts.handlers["ghost"] = Calls()
    host = hosts.started(function())
    for invoke in (host.invoke_sync, host.invoke_async):
        with pytest.raises(RefusedError) as caught:
            invoke("ghost", b"")
        assert (caught.value.status, caught.value.code) == (404, "FunctionNotFound")
    assert host.drain(SOON)
    assert host.invocations() == ()


def test_an_accepted_event_is_on_disk_before_it_runs_and_gone_once_it_ended(
    hosts: HostMaker,
) -> None:
    hosts.handlers["work"] = calls = Calls()
    host = hosts(function())
    request_id = host.invoke_async("work", b'{"job_id":"j1"}')
    stored = json.loads((hosts.root / "events" / f"{request_id}.json").read_text("utf-8"))
    assert (stored["function"], stored["payload"]) == ("work", '{"job_id":"j1"}')
    assert calls.events == []
    host.start()
    assert host.drain(SOON)
    assert calls.events == [b'{"job_id":"j1"}']
    assert list((hosts.root / "events").iterdir()) == []


def test_a_payload_of_128_kb_is_taken_and_one_byte_more_is_not(hosts: HostMaker) -> None:
    hosts.handlers["work"] = calls = Calls()
    host = hosts.started(function())
    host.invoke_async("work", b"\xff" * 131_072)
    with pytest.raises(RefusedError) as caught:
        host.invoke_async("work", b"\xff" * 131_073)
    assert (caught.value.status, caught.value.code) == (400, "EntityTooLarge")
    assert host.drain(SOON)
    assert calls.events == [b"\xff" * 131_072]


def test_a_task_id_is_refused_the_second_time_also_after_a_restart(hosts: HostMaker) -> None:
    hosts.handlers["work"] = calls = Calls()
    first = hosts.started(function())
    first.invoke_async("work", b"1", "j1-p1")
    assert first.drain(SOON)
    first.stop()
    second = hosts.started(function())
    with pytest.raises(RefusedError) as caught:
        second.invoke_async("work", b"2", "j1-p1")
    assert caught.value.status == 409
    assert second.drain(SOON)
    assert calls.events == [b"1"]


def test_a_task_id_belongs_to_one_function_and_is_free_after_seven_days(
    hosts: HostMaker, clock: MovableClock
) -> None:
    hosts.handlers["work"] = hosts.handlers["other"] = calls = Calls()
    host = hosts.started(function(), function("other"))
    host.invoke_async("work", b"1", "t")
    host.invoke_async("other", b"2", "t")
    assert host.drain(SOON)
    clock.move(days=6, hours=23)
    with pytest.raises(RefusedError):
        host.invoke_async("work", b"3", "t")
    clock.move(hours=1)
    host.invoke_async("work", b"4", "t")
    assert host.drain(SOON)
    assert sorted(calls.events) == [b"1", b"2", b"4"]


def test_of_many_callers_with_one_task_id_exactly_one_is_accepted(hosts: HostMaker) -> None:
    hosts.handlers["work"] = calls = Calls()
    host = hosts.started(function())
    barrier = threading.Barrier(8)
    refused: list[int] = []

    def call() -> None:
        barrier.wait(SOON)
        try:
            host.invoke_async("work", b"x", "same")
        except RefusedError as refusal:
            refused.append(refusal.status)

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON)
    assert host.drain(SOON)
    assert (calls.events, refused) == ([b"x"], [409] * 7)


@pytest.mark.parametrize("task_id", ["", "1abc", "a/b", "a.b", "a" * 129, "../x"])
def test_a_task_id_that_fc_would_not_take_is_refused(hosts: HostMaker, task_id: str) -> None:
    with pytest.raises(RefusedError) as caught:
        hosts(function()).invoke_async("work", b"", task_id)
    assert (caught.value.status, caught.value.code) == (400, "InvalidArgument")


def test_a_failing_function_is_retried_and_then_its_destination_hears_of_it(
    hosts: HostMaker,
) -> None:
    hosts.handlers["work"] = calls = Calls(RuntimeError("boom"))
    hosts.handlers["dead"] = dead = Calls()
    host = hosts.started(function(async_config=AsyncConfig(2, on_failure="dead")), function("dead"))
    request_id = host.invoke_async("work", b'{"job_id":"j1"}')
    assert host.drain(SOON)
    assert calls.events == [b'{"job_id":"j1"}'] * 3
    [notice] = [json.loads(event) for event in dead.events]
    assert notice["requestContext"] == {
        "requestId": request_id,
        "functionArn": "acs:fc:cn-shanghai:1234567890123456:functions/work",
        "condition": "UnhandledInvocationError",
        "approximateInvokeCount": 3,
    }
    assert notice["requestPayload"] == '{"job_id":"j1"}'
    assert notice["responseContext"]["functionError"] == "UnhandledInvocationError"
    assert json.loads(notice["responsePayload"])["errorMessage"] == "boom"
    assert outcomes(host) == [("work", "FunctionError")] * 3 + [("dead", "ok")]
    assert [run.attempt for run in host.invocations()] == [1, 2, 3, 1]


def test_a_function_that_recovers_is_not_reported(hosts: HostMaker) -> None:
    failures = iter([RuntimeError("once")])
    hosts.handlers["dead"] = dead = Calls()

    @hosts.handler("work")
    def _(event: bytes, context: Any) -> None:
        for error in failures:
            raise error

    host = hosts.started(function(async_config=AsyncConfig(3, on_failure="dead")), function("dead"))
    host.invoke_async("work", b"")
    assert host.drain(SOON)
    assert outcomes(host) == [("work", "FunctionError"), ("work", "ok")]
    assert dead.events == []


def test_a_success_destination_gets_the_answer(hosts: HostMaker) -> None:
    hosts.handlers["work"] = Calls(b"done")
    hosts.handlers["next"] = following = Calls()
    host = hosts.started(function(async_config=AsyncConfig(on_success="next")), function("next"))
    host.invoke_async("work", b"in")
    assert host.drain(SOON)
    notice = json.loads(following.events[0])
    assert notice["requestContext"]["condition"] == ""
    assert (notice["requestPayload"], notice["responsePayload"]) == ("in", "done")


def test_a_destination_event_over_the_limit_is_dropped_and_the_log_says_so(
    hosts: HostMaker,
) -> None:
    hosts.handlers["work"] = Calls(RuntimeError("boom"))
    hosts.handlers["dead"] = dead = Calls()
    host = hosts.started(function(async_config=AsyncConfig(0, on_failure="dead")), function("dead"))
    host.invoke_async("work", b"x" * 131_000)
    assert host.drain(SOON)
    assert dead.events == []
    assert outcomes(host) == [("work", "FunctionError"), ("dead", "DestinationRefused")]


def test_an_event_older_than_its_limit_goes_to_the_destination_without_a_run(
    hosts: HostMaker, clock: MovableClock
) -> None:
    hosts.handlers["work"] = calls = Calls()
    hosts.handlers["dead"] = dead = Calls()
    config = AsyncConfig(max_event_age_s=60, on_failure="dead")
    host = hosts(function(async_config=config), function("dead"))
    host.invoke_async("work", b"old")
    clock.move(seconds=61)
    host.invoke_async("work", b"young")
    host.start()
    assert host.drain(SOON)
    assert calls.events == [b"young"]
    assert [json.loads(event)["requestPayload"] for event in dead.events] == ["old"]
    assert ("work", "EventExpired") in outcomes(host)


def test_an_unfinished_event_runs_again_after_a_restart(hosts: HostMaker) -> None:
    entered, release = threading.Event(), threading.Event()
    runs: list[bytes] = []

    @hosts.handler("work")
    def _(event: bytes, context: Any) -> None:
        runs.append(event)
        entered.set()
        release.wait(SOON)

    crashed = hosts.started(function())
    crashed.invoke_async("work", b"half", "t1")
    assert entered.wait(SOON)
    crashed.stop(grace_s=0)
    release.set()
    restarted = hosts.started(function())
    assert restarted.drain(SOON)
    assert runs == [b"half", b"half"]
    assert outcomes(restarted) == [("work", "ok")]
    with pytest.raises(RefusedError, match="t1"):
        restarted.invoke_async("work", b"new", "t1")


def test_a_destination_event_survives_a_restart_too(hosts: HostMaker) -> None:
    entered, release = threading.Event(), threading.Event()
    heard: list[bytes] = []
    hosts.handlers["work"] = Calls(RuntimeError("boom"))

    @hosts.handler("dead")
    def _(event: bytes, context: Any) -> None:
        heard.append(event)
        entered.set()
        release.wait(SOON)

    stack = function(async_config=AsyncConfig(0, on_failure="dead")), function("dead")
    crashed = hosts.started(*stack)
    crashed.invoke_async("work", b"x")
    assert entered.wait(SOON)
    crashed.stop(grace_s=0)
    release.set()
    assert hosts.started(*stack).drain(SOON)
    assert len(heard) == 2
    assert heard[0] == heard[1]


def test_attempts_made_before_a_restart_still_count(hosts: HostMaker) -> None:
    hosts.handlers["work"] = calls = Calls(RuntimeError("boom"))
    before = hosts.started(function(async_config=AsyncConfig(1)), retry_base_s=3600)
    before.invoke_async("work", b"x")
    while not before.invocations():
        assert not before.drain(0.01)
    before.stop()
    after = hosts.started(function(async_config=AsyncConfig(1)))
    assert after.drain(SOON)
    assert len(calls.events) == 2
    assert [run.attempt for run in after.invocations()] == [1, 2]


def test_an_event_of_a_function_no_longer_declared_stays_on_disk(hosts: HostMaker) -> None:
    hosts(function()).invoke_async("work", b"x")
    other = hosts.started(function("other"))
    assert other.drain(SOON)
    assert other.invocations() == ()
    assert len(list((hosts.root / "events").iterdir())) == 1


def test_a_reserved_concurrency_of_one_lets_events_run_one_by_one(hosts: HostMaker) -> None:
    inside: list[int] = []
    most: list[int] = []

    @hosts.handler("work")
    def _(event: bytes, context: Any) -> None:
        inside.append(1)
        most.append(len(inside))
        threading.Event().wait(0.005)
        inside.pop()

    host = hosts.started(function(reserved_concurrency=1))
    for _n in range(6):
        host.invoke_async("work", b"")
    assert host.drain(SOON)
    assert most == [1] * 6


def test_without_a_cap_events_run_at_once(hosts: HostMaker) -> None:
    together = threading.Barrier(3)
    hosts.handlers["work"] = lambda event, context: together.wait(SOON) and None
    host = hosts.started(function())
    for _ in range(3):
        host.invoke_async("work", b"")
    assert host.drain(SOON)
    assert outcomes(host) == [("work", "ok")] * 3


def test_a_synchronous_call_above_the_cap_is_throttled(hosts: HostMaker) -> None:
    entered, release = threading.Event(), threading.Event()

    @hosts.handler("work")
    def _(event: bytes, context: Any) -> None:
        entered.set()
        release.wait(SOON)

    host = hosts.started(function(reserved_concurrency=1))
    host.invoke_async("work", b"")
    assert entered.wait(SOON)
    with pytest.raises(RefusedError) as caught:
        host.invoke_sync("work", b"")
    release.set()
    assert (caught.value.status, caught.value.code) == (429, "ResourceExhausted")
    assert host.drain(SOON)
    assert host.invoke_sync("work", b"").error_type is None


def test_one_slow_function_does_not_hold_up_another(hosts: HostMaker) -> None:
    release = threading.Event()
    hosts.handlers["slow"] = lambda event, context: release.wait(SOON)
    hosts.handlers["work"] = lambda event, context: release.set()
    host = hosts.started(function("slow", reserved_concurrency=1), function())
    for _ in range(5):
        host.invoke_async("slow", b"")
    host.invoke_async("work", b"")
    assert host.drain(SOON)
    assert outcomes(host).count(("slow", "ok")) == 5
    assert release.is_set()


def test_the_first_duplicate_runs_at_once_with_its_twin(hosts: HostMaker) -> None:
    together = threading.Barrier(2)
    hosts.handlers["work"] = lambda event, context: together.wait(SOON) and None
    host = hosts.started(function(), duplicate_every=1)
    request_id = host.invoke_async("work", b"")
    assert host.drain(SOON)
    runs = host.invocations()
    assert [run.request_id for run in runs] == [request_id] * 2
    assert [run.outcome for run in runs] == ["ok"] * 2
    assert sorted(run.duplicate for run in runs) == [False, True]


def test_duplicates_come_every_nth_event_and_in_turn_after_the_first_run(hosts: HostMaker) -> None:
    hosts.handlers["work"] = calls = Calls()
    host = hosts.started(function(), duplicate_every=2)
    for number in range(4):
        host.invoke_async("work", str(number).encode())
        assert host.drain(SOON)
    assert calls.events == [b"0", b"1", b"1", b"2", b"3", b"3"]
    assert [run.duplicate for run in host.invocations()][-2:] == [False, True]


def test_a_failing_duplicate_is_neither_retried_nor_reported(hosts: HostMaker) -> None:
    hosts.handlers["work"] = calls = Calls(RuntimeError("boom"))
    hosts.handlers["dead"] = dead = Calls()
    host = hosts.started(
        function(async_config=AsyncConfig(0, on_failure="dead")),
        function("dead"),
        duplicate_every=1,
    )
    host.invoke_async("work", b"")
    assert host.drain(SOON)
    assert (len(calls.events), len(dead.events)) == (2, 1)


def test_draining_gives_up_while_something_still_runs(hosts: HostMaker) -> None:
    release = threading.Event()
    hosts.handlers["work"] = lambda event, context: release.wait(SOON)
    host = hosts.started(function())
    host.invoke_async("work", b"")
    assert not host.drain(0.01)
    release.set()
    assert host.drain(SOON)


def test_the_log_survives_a_restart_and_names_the_task(hosts: HostMaker) -> None:
    hosts.handlers["work"] = Calls()
    first = hosts.started(function())
    first.invoke_async("work", b"", "j1-p1")
    assert first.drain(SOON)
    first.stop()
    [run] = hosts(function()).invocations()
    assert (run.task_id, run.kind, run.outcome) == ("j1-p1", "async", "ok")
    assert run.started == "2024-05-02T14:38:00+00:00"

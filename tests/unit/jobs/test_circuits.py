"""Circuits and pauses: when sending is held back, and when it goes on."""

from __future__ import annotations

import threading

import pytest

from shared.core.errors import (
    AccountError,
    HeldError,
    UpstreamRejectedError,
    UpstreamUnavailableError,
)
from shared.jobs import control
from shared.jobs.circuits import CircuitRules, Circuits
from shared.jobs.control import GPU_QUEUE, OPERATOR, PICTURE_MODEL, read_control
from tests.fakes.clock import FakeClock
from tests.fakes.object_store import FakeObjectStore

RULES = CircuitRules(failures=3, pause_seconds=60, longest_seconds=200)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(clock: FakeClock) -> FakeObjectStore:
    return FakeObjectStore(clock)


def instance(store: FakeObjectStore, clock: FakeClock) -> Circuits:
    return Circuits(store, clock=clock, rules=RULES)


def use(circuits: Circuits, error: Exception | None = None, service: str = GPU_QUEUE) -> None:
    """Use the service once, as one does that is not held back."""
    circuits.check(service)
    try:
        with circuits.watching(service):
            if error is not None:
                raise error
    except UpstreamUnavailableError:
        pass
    except UpstreamRejectedError:
        pass


DOWN = UpstreamUnavailableError("down")


def test_failures_in_a_row_open_the_circuit_for_all_instances(
    store: FakeObjectStore, clock: FakeClock
) -> None:
    for _ in range(3):
        use(instance(store, clock), DOWN)

    with pytest.raises(HeldError) as caught:
        instance(store, clock).check(GPU_QUEUE)
    assert caught.value.waiting_for == GPU_QUEUE
    now = read_control(store)
    assert now.waiting_for(PICTURE_MODEL, GPU_QUEUE) == GPU_QUEUE
    assert [each.reason for each in (now.circuits or {}).values()] == ["UpstreamUnavailableError"]


def test_an_instance_knows_at_once_what_it_has_written_itself(
    store: FakeObjectStore, clock: FakeClock
) -> None:
    circuits = instance(store, clock)
    for _ in range(3):
        use(circuits, DOWN)
    with pytest.raises(HeldError):
        circuits.check(GPU_QUEUE)
    clock.advance(60)
    use(circuits)
    circuits.check(GPU_QUEUE)


def test_a_try_that_fails_opens_the_circuit_anew_whatever_had_opened_it(
    store: FakeObjectStore, clock: FakeClock
) -> None:
    use(instance(store, clock), AccountError("401"))
    clock.advance(60)
    use(instance(store, clock), DOWN)
    clock.advance(119)
    with pytest.raises(HeldError):
        instance(store, clock).check(GPU_QUEUE)
    circuits = read_control(store).circuits or {}
    assert circuits[GPU_QUEUE].reason == "UpstreamUnavailableError"
    assert circuits[GPU_QUEUE].pause_seconds == 120


def test_a_success_between_failures_begins_the_count_anew(
    store: FakeObjectStore, clock: FakeClock
) -> None:
    for _ in range(5):
        use(instance(store, clock), DOWN)
        use(instance(store, clock), DOWN)
        use(instance(store, clock))

    instance(store, clock).check(GPU_QUEUE)
    assert store.keys("control/circuits/") == []


def test_a_refusal_of_our_account_opens_it_at_once(
    store: FakeObjectStore, clock: FakeClock
) -> None:
    use(instance(store, clock), AccountError("arrears"))

    with pytest.raises(HeldError):
        instance(store, clock).check(GPU_QUEUE)


def test_a_refusal_of_one_request_says_nothing_of_the_service(
    store: FakeObjectStore, clock: FakeClock
) -> None:
    for _ in range(9):
        use(instance(store, clock), UpstreamRejectedError("400"))

    instance(store, clock).check(GPU_QUEUE)


def test_other_services_are_not_held_back(store: FakeObjectStore, clock: FakeClock) -> None:
    use(instance(store, clock), AccountError("401"), PICTURE_MODEL)

    instance(store, clock).check(GPU_QUEUE)
    with pytest.raises(HeldError):
        instance(store, clock).check(GPU_QUEUE, PICTURE_MODEL)
    assert read_control(store).waiting_for(GPU_QUEUE) == ""


def test_after_the_pause_one_may_try_and_a_success_lets_all_go_on(
    store: FakeObjectStore, clock: FakeClock
) -> None:
    use(instance(store, clock), AccountError("401"))
    clock.advance(60)
    first, second = instance(store, clock), instance(store, clock)
    first.check(GPU_QUEUE)
    with pytest.raises(HeldError):
        second.check(GPU_QUEUE)
    with first.watching(GPU_QUEUE):
        pass

    instance(store, clock).check(GPU_QUEUE)
    assert store.keys("control/") == []


def test_of_many_at_once_one_may_try(store: FakeObjectStore, clock: FakeClock) -> None:
    use(instance(store, clock), AccountError("401"))
    clock.advance(60)
    tried: list[int] = []
    ready = threading.Barrier(8)

    def try_it() -> None:
        ready.wait(timeout=10)
        try:
            instance(store, clock).check(GPU_QUEUE)
        except HeldError:
            return
        tried.append(1)

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert len(tried) == 1


def test_a_try_that_dies_is_followed_by_another_a_pause_later(
    store: FakeObjectStore, clock: FakeClock
) -> None:
    use(instance(store, clock), AccountError("401"))
    clock.advance(60)
    instance(store, clock).check(GPU_QUEUE)
    clock.advance(60)

    instance(store, clock).check(GPU_QUEUE)


def test_pauses_double_up_to_the_longest(store: FakeObjectStore, clock: FakeClock) -> None:
    pauses = []
    for _ in range(4):
        use(instance(store, clock), AccountError("401"))
        circuits = read_control(store).circuits
        assert circuits is not None
        pauses.append(circuits[GPU_QUEUE].pause_seconds)
        clock.advance(pauses[-1])

    assert pauses == [60, 120, 200, 200]


def test_a_pause_by_hand_holds_everything_until_it_is_lifted(
    store: FakeObjectStore, clock: FakeClock
) -> None:
    control.pause(store, by="operator", reason="maintenance", clock=clock)
    with pytest.raises(HeldError) as caught:
        instance(store, clock).check()
    assert caught.value.waiting_for == OPERATOR
    assert read_control(store).holds(clock.now())
    control.resume(store, by="operator")

    instance(store, clock).check(GPU_QUEUE, PICTURE_MODEL)


def test_resuming_by_hand_tries_an_open_circuit_at_once(
    store: FakeObjectStore, clock: FakeClock
) -> None:
    use(instance(store, clock), AccountError("401"))
    control.resume(store, by="operator")

    instance(store, clock).check(GPU_QUEUE)


def test_what_is_read_is_remembered_for_some_seconds_only(
    store: FakeObjectStore, clock: FakeClock
) -> None:
    clock.advance(100)
    circuits = instance(store, clock)
    circuits.check(GPU_QUEUE)
    control.pause(store, by="operator", reason="x", clock=clock)
    clock.advance(RULES.remembered_seconds)
    circuits.check(GPU_QUEUE)
    clock.advance(1)

    with pytest.raises(HeldError):
        circuits.check(GPU_QUEUE)


def test_what_cannot_be_read_holds_nothing_back(store: FakeObjectStore, clock: FakeClock) -> None:
    store.put("control/pause", b"<html>")
    store.put("control/circuits/gpu_queue", b"{}")

    instance(store, clock).check(GPU_QUEUE)


def test_a_service_without_a_rest_may_be_tried_by_anybody(
    store: FakeObjectStore, clock: FakeClock
) -> None:
    use(instance(store, clock), DOWN)
    known = (read_control(store).circuits or {})[GPU_QUEUE]
    assert (known.failures, known.reason) == (1, "UpstreamUnavailableError")

    for service in (GPU_QUEUE, PICTURE_MODEL):
        assert instance(store, clock).may_disturb(service, every_seconds=120)

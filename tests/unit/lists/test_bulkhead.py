"""What is counted on an item, and what is not."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from shared.core.errors import UpstreamUnavailableError
from shared.lists.bulkhead import FAILED, MOST_TRIES, RESTS, SET_ASIDE, WAITS, Bulkhead
from shared.lists.tries import forget_tries
from tests.fakes.clock import FakeClock
from tests.fakes.object_store import FakeObjectStore


class NoRoomError(Exception):
    """Is the caller's to handle."""


@dataclass
class Bench:
    """One list of names; `faults` says what each raises."""

    faults: dict[str, BaseException] = field(default_factory=dict)
    clock: FakeClock = field(default_factory=FakeClock)
    aside: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = FakeObjectStore(self.clock)

    def bulkhead(self, **options: Any) -> Bulkhead[str]:
        """Return the list as a fresh run has it."""
        return Bulkhead(
            of="names",
            name=lambda name: name,
            work=self._work,
            aside=lambda name, _: self.aside.append(name),
            state=self.state,
            clock=self.clock,
            passes=(NoRoomError,),
            **options,
        )

    def run(self, *names: str) -> dict[str, int]:
        """Run once, after the longest pause."""
        self.clock.advance(1801)
        return self.bulkhead().work_through(names).outcomes

    def _work(self, name: str) -> str:
        if name in self.faults:
            raise self.faults[name]
        self.done.append(name)
        return "done"


def test_a_list_in_good_order_leaves_nothing_behind() -> None:
    bench = Bench()

    assert bench.run("a", "b") == {"done": 2}
    assert bench.state.keys() == []


@pytest.mark.parametrize(("tries", "seconds"), [(1, 30), (2, 60), (4, 240)])
def test_an_item_that_fails_rests_longer_each_time(tries: int, seconds: int) -> None:
    bench = Bench({"a": RuntimeError("x")})
    for _ in range(tries):
        bench.run("a")
    bench.clock.advance(seconds - 1)
    assert bench.bulkhead().work_through(["a"]).outcomes == {RESTS: 1}
    bench.clock.advance(1)
    assert bench.bulkhead().work_through(["a"]).outcomes == {FAILED: 1}


def test_an_item_that_fails_at_every_try_is_set_aside() -> None:
    bench = Bench({"a": RuntimeError("private words")})
    outcomes = [bench.run("a", "b") for _ in range(MOST_TRIES)]
    assert [each[FAILED] for each in outcomes] == [1] * (MOST_TRIES - 1) + [0]
    assert outcomes[-1] == {"done": 1, SET_ASIDE: 1}
    assert (bench.aside, bench.done) == (["a"], ["b"] * MOST_TRIES)
    note = json.loads(bench.state.objects["dead/names/a.json"].data)
    assert note == {"reason": "RuntimeError", "tries": MOST_TRIES}
    assert bench.state.keys("tries/") == []


def test_a_service_that_cannot_answer_counts_against_nobody_for_a_day() -> None:
    bench = Bench({"a": UpstreamUnavailableError("down")})

    outcomes = [bench.run("a") for _ in range(47)]

    assert outcomes == [{WAITS: 1}] * 47
    assert [bench.run("a") for _ in range(2)][-1] == {SET_ASIDE: 1}


def test_what_is_the_callers_to_handle_is_counted_on_no_item() -> None:
    bench = Bench({"a": RuntimeError("x")})
    bench.run("a")
    bench.faults["a"] = NoRoomError()
    for _ in range(2 * MOST_TRIES):
        bench.clock.advance(1801)
        with pytest.raises(NoRoomError):
            bench.bulkhead().work_through(["a"])

    del bench.faults["a"]
    assert bench.run("a") == {"done": 1}
    assert bench.aside == []


def test_what_a_run_died_at_is_found_out_and_the_innocent_go_first() -> None:
    bench = Bench({"a": KeyboardInterrupt()})
    for _ in range(3):
        bench.clock.advance(1801)
        with pytest.raises(KeyboardInterrupt):
            bench.bulkhead().work_through(["a", "b", "c"])

    assert bench.done == ["b", "c"]


def test_a_run_beside_is_not_taken_for_a_dead_one() -> None:
    bench = Bench()
    first, late = bench.bulkhead(), bench.bulkhead()
    with first.in_hand(["a", "b"]):
        assert bench.run("c") == {"done": 1}
        assert late.tries("c") == 0
        assert first.attempt("a") == "done"

    assert late.work_through(["a"]).outcomes == {"done": 1}
    assert bench.state.keys("tries/") == []


def test_a_note_that_nobody_comes_by_for_a_day_goes() -> None:
    bench = Bench({"a": RuntimeError("x")})
    bench.run("a")
    bench.clock.advance(timedelta(days=2).total_seconds())
    bench.run("b")

    assert bench.state.keys("tries/") == []


def test_what_left_the_list_while_a_run_failed_at_it_is_forgotten_once_all_was_seen() -> None:
    bench = Bench({"gone": RuntimeError("x"), "a": RuntimeError("x"), "d": KeyboardInterrupt()})
    bench.run("gone", "a")
    with pytest.raises(KeyboardInterrupt):
        bench.run("d")
    run = bench.bulkhead()
    run.work_through(["b"])
    run.forget_gone({"a", "b"})

    assert bench.state.keys("tries/") == ["tries/a.names"]


def test_an_erased_jobs_name_is_taken_out_of_the_notes() -> None:
    bench = Bench({"jobx-1": RuntimeError("x"), "c": KeyboardInterrupt()})
    bench.run("jobx-1")
    with pytest.raises(KeyboardInterrupt):
        bench.bulkhead().work_through(["jobx-2", "c"])
    forget_tries("jobx", state=bench.state)

    assert [b"jobx" in each.data for each in bench.state.objects.values()] == [False]
    assert not any("jobx" in key for key in bench.state.objects)

"""Work side by side: in order, as whoever asks, and one failure is that one's alone."""

from __future__ import annotations

import threading
from contextvars import ContextVar

from shared.core.threads import side_by_side

_WHO: ContextVar[str] = ContextVar("who", default="nobody")


def test_each_is_done_as_who_asks_and_told_in_order() -> None:
    _WHO.set("me")
    done = side_by_side(lambda number: (number, _WHO.get()), range(40), most=4)
    assert [each.result() for each in done] == [(number, "me") for number in range(40)]


def test_a_failure_is_told_of_its_item_alone() -> None:
    good, bad = side_by_side(lambda number: 1 / number, (1, 0))
    assert good.result() == 1
    assert isinstance(bad.exception(), ZeroDivisionError)


def test_so_many_are_done_at_the_same_time() -> None:
    together = threading.Barrier(3)
    done = side_by_side(lambda _: together.wait(timeout=10), range(3), most=3)
    assert {each.result() for each in done} == {0, 1, 2}

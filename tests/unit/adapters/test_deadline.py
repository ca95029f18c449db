"""The budget of tries."""

from __future__ import annotations

import pytest

from shared.adapters.deadline import Deadline, repeat
from shared.core.errors import AmbiguousPostError, UpstreamRejectedError, UpstreamUnavailableError


class Flaky:
    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self, deadline: Deadline) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def test_what_may_succeed_later_is_tried_again() -> None:
    flaky = Flaky(UpstreamUnavailableError("1"), UpstreamUnavailableError("2"))
    assert repeat(flaky, seconds=10) == "done"
    assert flaky.calls == 3


@pytest.mark.parametrize("error", [UpstreamRejectedError("no"), AmbiguousPostError("maybe")])
def test_what_was_refused_or_may_have_arrived_is_not_tried_again(error: Exception) -> None:
    flaky = Flaky(error)
    with pytest.raises(type(error)):
        repeat(flaky, seconds=10)
    assert flaky.calls == 1


def test_the_last_error_comes_out_when_the_tries_are_used_up() -> None:
    flaky = Flaky(*(UpstreamUnavailableError(str(n)) for n in range(9)))
    with pytest.raises(UpstreamUnavailableError, match="1"):
        repeat(flaky, seconds=10, tries=2)
    assert flaky.calls == 2


def test_no_pause_reaches_beyond_the_deadline() -> None:
    flaky = Flaky(*(UpstreamUnavailableError(str(n)) for n in range(9)))
    with pytest.raises(UpstreamUnavailableError, match="0"):
        repeat(flaky, seconds=0.01, tries=9)
    assert flaky.calls == 1


def test_a_deadline_in_the_past_has_nothing_left() -> None:
    assert Deadline.within(-1).remaining() == 0.0

"""When messages are tried again, and when an endpoint is given a rest."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.announcements.endpoints import EndpointState
from shared.announcements.schedule import LASTS, delay, next_try
from tests.fakes.clock import START


def tries_of(message_id: str) -> list[timedelta]:
    """Return when each try comes, from the event on, if all fail."""
    now, found = START, [timedelta(0)]
    while True:
        due = next_try(message_id, len(found), entered_at=START, now=now)
        if due is None:
            return found
        found.append(due - START)
        now = due


@given(st.text(min_size=1, max_size=40))
def test_a_message_is_tried_for_three_days_ever_more_slowly(message_id: str) -> None:
    tries = tries_of(message_id)

    assert tries[1] <= timedelta(seconds=72)
    assert timedelta(hours=60) < tries[-1] <= LASTS
    assert 14 <= len(tries) <= 24


def test_the_pauses_double_up_to_eight_hours() -> None:
    middle = [delay("m", n).total_seconds() for n in (1, 2, 3, 9, 30)]

    for seconds, wanted in zip(middle, (60, 120, 240, 15360, 28800), strict=True):
        assert 0.8 * wanted <= seconds <= 1.2 * wanted


def test_messages_of_one_minute_spread_and_each_finds_its_own_pause_again() -> None:
    pauses = {delay(f"m{n}", 4) for n in range(50)}

    assert len(pauses) == 50
    assert delay("m1", 4) == delay("m1", 4)


def test_a_longer_retry_after_is_waited_for_and_a_shorter_one_hurries_nobody() -> None:
    def due(seconds: int) -> timedelta:
        asked = timedelta(seconds=seconds)
        found = next_try("m", 1, entered_at=START, now=START, retry_after=asked)
        assert found is not None
        return found - START

    assert due(3600) == timedelta(hours=1)
    assert due(1) == delay("m", 1)


@pytest.mark.parametrize("days", [2, 4, 999_999_999])
def test_whoever_asks_for_more_than_a_day_is_asked_again_after_one(days: int) -> None:
    asked = timedelta(days=days)

    due = next_try("m", 1, entered_at=START, now=START, retry_after=asked)

    assert due == START + timedelta(days=1)


def test_five_failures_in_a_row_open_the_breaker_and_one_success_closes_it() -> None:
    state = EndpointState()
    for _ in range(4):
        state = state.after_failure(START)
    assert not state.is_blocked(START)

    state = state.after_failure(START)

    assert state.is_blocked(START + timedelta(seconds=59))
    assert not state.is_blocked(START + timedelta(seconds=61))
    assert state.after_success() == EndpointState()


@pytest.mark.parametrize(("failures", "minutes"), [(6, 2), (8, 8), (30, 30)])
def test_a_breaker_that_fails_again_rests_longer_up_to_half_an_hour(
    failures: int, minutes: int
) -> None:
    state = EndpointState()
    for _ in range(failures):
        state = state.after_failure(START)

    assert state.blocked_until == START + timedelta(minutes=minutes)


def test_an_endpoint_that_asks_for_rest_gets_it_at_once() -> None:
    state = EndpointState().after_failure(START, asked=timedelta(minutes=7))

    assert state.blocked_until == START + timedelta(minutes=7)

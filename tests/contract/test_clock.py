"""What every Clock promises."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from shared.adapters.system_clock import SystemClock
from tests.fakes.clock import FakeClock

if TYPE_CHECKING:
    from shared.ports import Clock


@pytest.fixture(params=[FakeClock, SystemClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    made: Clock = request.param()
    return made


def test_the_time_is_utc_and_says_so(clock: Clock) -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_sleeping_moves_both_clocks_on(clock: Clock) -> None:
    now, monotonic = clock.now(), clock.monotonic()
    clock.sleep(0.01)
    assert clock.now() > now
    assert clock.monotonic() > monotonic


def test_the_fake_never_goes_back() -> None:
    with pytest.raises(ValueError, match="back"):
        FakeClock().advance(-1)

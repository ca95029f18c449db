"""What the studio costs, by hand and at its limits."""

from __future__ import annotations

import math

import pytest

from cli.cost.studio import busy_seconds, studio_day
from shared.costs.sizes import function_sizes
from shared.models.prices import read_prices

PRICES = read_prices()
SIZES = function_sizes()


def test_requests_one_at_a_time_are_paid_for_one_by_one() -> None:
    assert busy_seconds(0.001, 0.5, 20) == pytest.approx(0.0005, rel=1e-3)


def test_requests_at_the_same_time_are_paid_for_once() -> None:
    # Half a second's load on one instance: busy 1 - e^-0.5 of the time, not half of it.
    assert busy_seconds(1.0, 0.5, 20) == pytest.approx(1 - math.exp(-0.5))
    assert busy_seconds(30.0, 0.5, 20) == pytest.approx(1.0, abs=1e-6)


def test_more_than_an_instance_takes_needs_another() -> None:
    assert busy_seconds(100.0, 0.5, 20) == pytest.approx(3.0, abs=1e-6)
    assert busy_seconds(100.0, 0.5, 1) == 50


def test_a_day_by_hand() -> None:
    # 5 people, 8 hours, 6 requests a minute: 0.5 a second, 14,400 in all, 0.4 s each.
    day = studio_day(prices=PRICES, sizes=SIZES)
    assert day.invocations == pytest.approx(14_400)
    paid = 28_800 * (1 - math.exp(-0.2))
    units = 14_400 * 0.0075 + paid * (0.35 + 0.5 * 0.15)
    assert day.fc_units == pytest.approx(units)
    assert day.cost(PRICES)["sum"] == pytest.approx(units * 0.00012)


def test_a_day_on_which_nobody_comes_costs_nothing() -> None:
    nobody = PRICES.assumed.studio.model_copy(update={"people": 0.0})
    assumed = PRICES.assumed.model_copy(update={"studio": nobody})
    prices = PRICES.model_copy(update={"assumed": assumed})
    assert studio_day(prices=prices, sizes=SIZES).cost(PRICES)["sum"] == 0


def test_its_instance_takes_twenty_requests_at_a_time() -> None:
    assert SIZES["studio"].concurrency == 20
    assert {size.concurrency for name, size in SIZES.items() if name != "studio"} == {1}

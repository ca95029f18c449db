"""How many GPUs a load needs, against figures of queueing theory and by hand."""

from __future__ import annotations

import pytest

from cli.cost.forecast import (
    each_trip,
    forecast,
    idle_day,
    late_share,
    least_gpus,
    need,
    waiting_share,
)
from shared.costs.sizes import function_sizes
from shared.models.prices import read_prices

PRICES = read_prices()
ASSUMED = PRICES.assumed
SIZES = function_sizes()


@pytest.mark.parametrize(
    ("load", "gpus", "share"),
    # M/M/1 waits with the probability of being busy; the others are Erlang's table.
    [(0.5, 1, 0.5), (0.9, 1, 0.9), (1.0, 2, 1 / 3), (2.0, 3, 4 / 9), (8.0, 10, 0.4092)],
)
def test_erlang_s_c(load: float, gpus: int, share: float) -> None:
    assert waiting_share(load, gpus) == pytest.approx(share, abs=1e-4)


def test_what_cannot_keep_up_makes_everybody_wait() -> None:
    assert waiting_share(3.0, 3) == 1.0
    assert late_share(5.0, 3, wait=60, seconds=30) == 1.0


def test_one_gpu_is_late_as_an_exponential_says() -> None:
    # 0.5 busy; beyond two service times: 0.5 · e^-1.
    assert late_share(0.5, 1, wait=60, seconds=30) == pytest.approx(0.5 * 0.36788, abs=1e-5)


def test_the_peak_hour_by_hand() -> None:
    # 1,000 a day, three times that on the busiest, 15 % of it in an hour: 450 trips, 495 tasks of
    # 30 s: 4.125 GPUs busy; at 85 % that is 5.
    found = forecast(1000, prices=PRICES, sizes=SIZES)
    assert found.peak.trips == pytest.approx(450)
    assert found.peak.load == pytest.approx(4.125)
    assert found.peak.gpus == 5
    assert found.peak.utilisation == pytest.approx(0.825)
    assert found.average.gpus == 1
    assert found.peak_day.jobs == pytest.approx(3000)


def test_a_trip_by_hand() -> None:
    one = each_trip(prices=PRICES, sizes=SIZES)
    assert one.gpu_seconds == pytest.approx(1.1 * 30 / 0.85)
    cost = one.cost(PRICES)
    assert cost["gpu"] == pytest.approx(0.118627, abs=1e-6)
    assert cost["pictures"] == pytest.approx(0.22)
    assert cost["text"] == pytest.approx(1200e-6 * 1.16)


def test_waiting_less_needs_more_gpus() -> None:
    patient = need(100, ASSUMED)
    hasty = need(100, ASSUMED.model_copy(update={"wait_seconds": 1.0}))
    assert hasty.gpus > patient.gpus
    assert hasty.late_share <= ASSUMED.late_share


def test_more_trips_never_need_fewer_gpus() -> None:
    needed = [need(trips, ASSUMED).gpus for trips in range(10, 3000, 130)]
    assert needed == sorted(needed)


def test_an_idle_day_by_hand() -> None:
    day = idle_day(gpus=1, prices=PRICES, sizes=SIZES)
    timed = {name: size.timed_runs for name, size in SIZES.items() if size.timed_runs}
    assert day.invocations == sum(timed.values())
    assert day.cost(PRICES)["gpu"] == pytest.approx(264.0)
    assert day.oss_writes >= timed["sweep_jobs"] * 7 + timed["drain_queue"] * 2
    assert idle_day(gpus=0, prices=PRICES, sizes=SIZES).cost(PRICES)["sum"] < 5
    assert least_gpus() >= 0

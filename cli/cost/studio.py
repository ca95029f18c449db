"""What the studio costs: its instances are paid for while they answer somebody.

Requests are taken as Poisson. One that comes while an instance answers another costs no second
of its own, up to as many as it takes at a time; an instance that answers nobody costs nothing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from shared.costs.spent import Spent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.costs.sizes import Size
    from shared.models.prices import Prices

_NAME = "studio"


def busy_seconds(requests_a_second: float, seconds: float, concurrency: int) -> float:
    """Return the instance seconds that a second of such use is billed.

    `seconds` a request takes; all are spread evenly over as few instances as suffice.
    """
    load = requests_a_second * seconds
    if concurrency == 1:
        return load
    instances = max(1, math.ceil(load / concurrency))
    return instances * (1 - math.exp(-load / instances))


def studio_day(*, prices: Prices, sizes: Mapping[str, Size]) -> Spent:
    """Return what a day of the studio uses up, by the use that is assumed."""
    use, size, of = prices.assumed.studio, sizes[_NAME], prices.fc_units_of
    each_second = use.people * use.requests_a_minute / 60
    seconds = prices.assumed.seconds_of[_NAME]
    paid = busy_seconds(each_second, seconds, size.concurrency) * use.hours * 3600
    requests = each_second * use.hours * 3600
    second = size.cpu * of.cpu_second + size.gigabytes * of.gigabyte_second
    return Spent(invocations=requests, fc_units=requests * of.invocation + paid * second)

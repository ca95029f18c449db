"""What jobs have cost, by the records in the state bucket; what idling and many trips would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from cli.cost import tables
from cli.cost.forecast import forecast, idle_day, least_gpus
from cli.cost.ledger import count_up, newest_record
from cli.cost.studio import studio_day
from shared import bootstrap
from shared.core.errors import InvalidRequestError
from shared.costs.sizes import function_sizes
from shared.costs.spent import spent_on
from shared.models.prices import read_prices

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from local.printed import Say
    from shared.models.prices import Prices


def spent(
    prices: Prices,
    *,
    job: str | None,
    by: Sequence[str],
    since: date | None,
    until: date | None,
    say: Say,
) -> None:
    """Print what one job has cost, or all."""
    if since and until and until < since:
        msg = f"--until {until} is before --since {since}"
        raise InvalidRequestError(f"{msg}; all days: {say.next('cost', 'spent')}")
    sizes, bucket = function_sizes(), bootstrap.state() if say.given is None else say.given
    if job:
        record = newest_record(bucket, job)
        told = tables.job_figures(record, spent_on(record, prices=prices, sizes=sizes), prices)
    else:
        ledger = count_up(bucket, prices=prices, sizes=sizes, since=since, until=until)
        told = tables.ledger_figures(ledger, by or ["style", "day"], prices)
    _show(told, prices, say)


def idle(prices: Prices, gpus: int | None, *, say: Say) -> None:
    """Print what a day costs on which nothing is asked for."""
    kept = least_gpus() if gpus is None else gpus
    day = idle_day(gpus=kept, prices=prices, sizes=function_sizes())
    _show(tables.idle_figures(day, kept, prices), prices, say)


def forecasts(prices: Prices, trips: Sequence[float], *, say: Say) -> None:
    """Print what so many trips a day need and cost."""
    sizes = function_sizes()
    found = [forecast(each, prices=prices, sizes=sizes) for each in trips]
    studio = studio_day(prices=prices, sizes=sizes)
    _show(tables.forecast_figures(found, prices, studio=studio), prices, say)


def prices_with(path: Path, **assumed: float | None) -> Prices:
    """Return a file's prices under other assumptions; InvalidRequestError names what is wrong."""
    try:
        prices = read_prices(path)
        own = {name: value for name, value in assumed.items() if value is not None}
        told = type(prices.assumed).model_validate({**prices.assumed.model_dump(), **own})
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        msg = f"{path}: {'; '.join(wrong)}"
        raise InvalidRequestError(msg) from None
    return prices.model_copy(update={"assumed": told})


def _show(told: dict[str, Any], prices: Prices, say: Say) -> None:
    if say.as_json:
        say.value(told)
    else:
        tables.show(told, prices, say.console)

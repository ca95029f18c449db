"""`python -m scripts.cost`: what jobs have cost, by the records in the state bucket.

Settings of the functions are taken from the environment; `--local` counts the local stack's jobs.
`--idle` and `--forecast N` need no bucket.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

import structlog
from pydantic import ValidationError

from local.printed import command_console
from scripts.arguments import amount, day, file
from scripts.command_settings import add_local_options, chosen_settings
from scripts.cost import tables
from scripts.cost.forecast import forecast
from scripts.cost.functions import function_sizes
from scripts.cost.idle import idle_day, least_gpus
from scripts.cost.ledger import BY, count_up, newest_record
from scripts.cost.prices import PRICES, read_prices
from scripts.cost.spent import spent_on
from shared import bootstrap
from shared.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from scripts.cost.prices import Prices
    from shared.ports import ObjectStore


def main(
    arguments: Sequence[str] | None = None,
    *,
    console: Console | None = None,
    state: ObjectStore | None = None,
) -> int:
    """Print the figures; return the exit status: 0 done, 1 refused, 2 not understood."""
    chosen, console = _parser().parse_args(arguments), console or command_console()
    try:
        prices = _with_assumptions(chosen)
        told = _figures(chosen, prices, state)
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        console.print(f"{chosen.prices}: {'; '.join(wrong)}", style="red")
        return 2
    except BundleError as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        return 1
    if chosen.json:
        console.print(json.dumps(told, ensure_ascii=False, indent=1), markup=False, soft_wrap=True)
    else:
        tables.show(told, prices, console)
    return 0


def _figures(
    chosen: argparse.Namespace, prices: Prices, state: ObjectStore | None
) -> dict[str, Any]:
    sizes = function_sizes()
    if chosen.idle:
        gpus = least_gpus() if chosen.gpus is None else chosen.gpus
        return tables.idle_figures(idle_day(gpus=gpus, prices=prices, sizes=sizes), gpus, prices)
    if chosen.forecast is not None:
        found = [forecast(trips, prices=prices, sizes=sizes) for trips in chosen.forecast]
        return tables.forecast_figures(found, prices)
    with chosen_settings(chosen):
        bucket = state or bootstrap.state()
        if chosen.job:
            record = newest_record(bucket, chosen.job)
            return tables.job_figures(record, spent_on(record, prices=prices, sizes=sizes), prices)
        ledger = count_up(
            bucket, prices=prices, sizes=sizes, since=chosen.since, until=chosen.until
        )
        return tables.ledger_figures(ledger, chosen.by or ["style", "day"], prices)


def _with_assumptions(chosen: argparse.Namespace) -> Prices:
    prices = read_prices(chosen.prices)
    given = {
        "peak_factor": chosen.peak_factor,
        "peak_hour_share": chosen.peak_hour_share,
        "task_seconds": chosen.task_seconds,
        "tasks_per_trip": chosen.tasks_per_trip,
        "wait_seconds": chosen.wait_seconds,
    }
    own = {name: value for name, value in given.items() if value is not None}
    assumed = type(prices.assumed).model_validate({**prices.assumed.model_dump(), **own})
    return prices.model_copy(update={"assumed": assumed})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cost", description=__doc__)
    add = parser.add_argument
    add_local_options(parser)
    add("--prices", type=file, default=PRICES, help="price file")
    add("--json", action="store_true", help="print JSON")
    add("--job", help="one job alone")
    add("--by", action="append", choices=sorted(BY), help="totals by this; may be given again")
    add("--since", type=day, help="first day, in China, as 2026-11-01")
    add("--until", type=day, help="last day")
    add("--idle", action="store_true", help="what a day costs on which nothing is asked for")
    add("--gpus", type=amount, help="with --idle: GPU instances kept ready")
    add("--forecast", type=_trips, nargs="+", help="trips a day on average: GPUs and costs")
    add("--peak-factor", type=float, help="the busiest day has so many times the average")
    add("--peak-hour-share", type=float, help="part of a day's trips in its busiest hour")
    add("--task-seconds", type=float, help="seconds of a task on a GPU")
    add("--tasks-per-trip", type=float, help="tasks of a trip, with those painted anew")
    add("--wait-seconds", type=float, help="longer waits for a GPU are late")
    return parser


def _trips(text: str) -> float:
    try:
        trips = float(text)
    except ValueError:
        trips = 0.0
    if not 0 < trips <= 1e8:
        msg = "between 1 and 100,000,000 trips a day"
        raise argparse.ArgumentTypeError(msg)
    return trips


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    sys.exit(main())

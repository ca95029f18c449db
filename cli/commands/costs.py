"""`poster cost`: what jobs have cost, what idling costs, what many trips a day would."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from cli.frame import ROOT, command, group
from cli.kinds import Day

if TYPE_CHECKING:
    from local.printed import Say

app = group("What jobs have cost, what idling costs, what many trips a day would.")

PricesFile = Annotated[
    Path, Option("--prices", exists=True, dir_okay=False, metavar="FILE", help="Prices.")
]
PRICES = ROOT / "deploy" / "prices.json"
Number = float | None


class Way(str, Enum):
    """Ways of telling jobs apart."""

    CAMPAIGN, DAY, ORIGIN, STYLE = "campaign", "day", "origin", "style"


@command(
    app,
    "spent",
    "poster cost spent --by style --since 2026-11-01 --local",
    target=True,
    see={404: "job list"},
)
def spent(
    say: Say,
    job: Annotated[str | None, Option(metavar="JOB", help="One job alone.")] = None,
    ways: Annotated[
        list[Way] | None,
        Option("--by", help="Totals by this; repeatable."),
    ] = None,
    since: Day = None,
    until: Day = None,
    prices: PricesFile = PRICES,
) -> None:
    """What jobs have cost, by their records; days are China's."""
    from cli.cost import commands

    found, by = commands.prices_with(prices), [each.value for each in ways or ()]
    commands.spent(found, job=job, by=by, since=since, until=until, say=say)


@command(app, "idle", "poster cost idle --gpus 2")
def idle(
    say: Say,
    gpus: Annotated[int | None, Option(min=0, help="Instances kept ready.")] = None,
    prices: PricesFile = PRICES,
) -> None:
    """What a day costs on which nothing is asked for."""
    from cli.cost import commands

    commands.idle(commands.prices_with(prices), gpus, say=say)


@command(app, "forecast", "poster cost forecast 1000 20000 --task-seconds 60")
def forecast(
    say: Say,
    trips: Annotated[
        list[float],
        Argument(min=0.001, max=1e8, metavar="TRIPS", help="A day."),
    ],
    peak_factor: Annotated[Number, Option(help="The busiest day, in averages.")] = None,
    peak_hour_share: Annotated[Number, Option(help="Of a day, in its busiest hour.")] = None,
    task_seconds: Annotated[Number, Option(help="Of a task on a GPU.")] = None,
    tasks_per_trip: Annotated[Number, Option(help="With those painted anew.")] = None,
    wait_seconds: Annotated[Number, Option(help="Longer waits are late.")] = None,
    prices: PricesFile = PRICES,
) -> None:
    """GPUs and costs of so many trips a day."""
    from cli.cost import commands

    found = commands.prices_with(
        prices,
        peak_factor=peak_factor,
        peak_hour_share=peak_hour_share,
        task_seconds=task_seconds,
        tasks_per_trip=tasks_per_trip,
        wait_seconds=wait_seconds,
    )
    commands.forecasts(found, trips, say=say)

"""`poster season`: a campaign by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from cli.frame import By, command, group
from cli.kinds import Day

if TYPE_CHECKING:
    from functions.regenerate_season.use_case import Season
    from local.printed import Say

app = group("Seasons' campaigns: plan, start, pause, stop, look.")

_SEE = {404: "season plan {campaign}", 409: "season status {campaign}"}
Campaign = Annotated[
    str, Argument(metavar="CAMPAIGN", help="OCCASION-YEAR, see `poster season calendar`.")
]


def _ports(say: Say) -> Season:
    from cli.season.commands import here

    return say.given or here()


@command(app, "calendar", "poster season calendar --local", target=True)
def calendar(say: Say) -> None:
    """Every window that has not closed."""
    from cli.season import commands

    commands.windows(ports=_ports(say), say=say)


@command(app, "plan", "poster season plan winter-2026 --cap 500 --local", target=True, see=_SEE)
def plan(
    say: Say,
    campaign: Campaign,
    newest: Annotated[int | None, Option(min=1, max=100, help="Trips a driver.")] = None,
    cap: Annotated[int | None, Option(min=0, help="Most trips.")] = None,
    budget: Annotated[float | None, Option(min=0, help="Most money in CNY.")] = None,
    shards: Annotated[int | None, Option(min=1, max=32, help="Parts at a time.")] = None,
    by: By = "",
) -> None:
    """Which trips, and what it would take; paints nothing."""
    from cli.season import commands

    rules = {"newest": newest, "cap": cap, "budget_cny": budget, "shards": shards}
    commands.plan(campaign, rules, by=by, ports=_ports(say), say=say)


def _start(say: Say, campaign: Campaign) -> None:
    """Carry a plan out, or go on with a paused one, within its window."""
    from cli.season import commands

    commands.start(campaign, ports=_ports(say), say=say)


for _name in ("start", "resume"):
    command(app, _name, f"poster season {_name} winter-2026 --local", target=True, see=_SEE)(_start)


@command(app, "pause", "poster season pause winter-2026 --local", target=True, see=_SEE)
def pause(say: Say, campaign: Campaign, by: By = "") -> None:
    """Send nothing more of a campaign until `poster season resume`."""
    from cli.season import commands

    commands.pause(campaign, by=by, ports=_ports(say), say=say)


@command(app, "stop", "poster season stop winter-2026 --local", target=True, see=_SEE)
def stop(say: Say, campaign: Campaign, by: By = "") -> None:
    """End a campaign where it is."""
    from cli.season import commands

    commands.stop(campaign, by=by, ports=_ports(say), say=say)


@command(app, "status", "poster season status winter-2026 --local", target=True, see=_SEE)
def status(
    say: Say, campaign: Annotated[str, Argument(metavar="CAMPAIGN", help="One alone.")] = ""
) -> None:
    """How far campaigns are."""
    from cli.season import commands

    commands.status(campaign, ports=_ports(say), say=say)


@command(app, "scaling", "poster season scaling --gpus 0,6,2 --local", target=True)
def scaling(
    say: Say,
    since: Day = None,
    days: Annotated[int, Option(min=1, max=365, help="How many.")] = 365,
    gpus: Annotated[str, Option(metavar="U,H,C", help="Usual, holidays, campaigns.")] = "",
) -> None:
    """Instances for planned peaks, as JSON: EAS and Function Compute."""
    from cli.season import commands

    commands.scale(since, days, gpus, ports=_ports(say), say=say)

"""The commands; each prints a table, or JSON where that is asked for."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from functions.regenerate_season.schema import ShardOrder
from functions.regenerate_season.use_case import Season
from local.printed import print_facts, print_table
from scripts.season.shown import described, progress
from shared import bootstrap
from shared.errors import InvalidRequestError
from shared.seasons import campaigns
from shared.seasons.calendar import calendar
from shared.seasons.model import Rules
from shared.seasons.scaling import Levels, Sizes, scaling
from shared.trips.moments import SHANGHAI

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from datetime import date

    from rich.console import Console

    from shared.ports import Clock, JobStore, ObjectStore
    from shared.seasons.model import Campaign
    from shared.seasons.sending import SeasonRules
    from shared.vehicles.catalogue import Catalogue


@dataclass(frozen=True)
class Ports:
    """What the commands work with: the same adapters and settings as the function."""

    jobs: JobStore
    state: ObjectStore
    clock: Clock
    catalogue: Catalogue
    rules: SeasonRules
    id_key: bytes

    @classmethod
    def real(cls) -> Ports:
        """Return what the settings in the environment give."""
        return cls(
            bootstrap.jobs(),
            bootstrap.state(),
            bootstrap.clock(),
            bootstrap.catalogue(),
            bootstrap.season_rules(seconds=math.inf),
            bootstrap.id_key(),
        )

    @property
    def today(self) -> date:
        """Return the day in Asia/Shanghai."""
        return self.clock.now().astimezone(SHANGHAI).date()


class _Nobody:
    """A plan is made here to its end: there is no other run to start."""

    def invoke(self, function: str, payload: Mapping[str, str], *, task_id: str) -> None:
        """Start nothing."""


def calendar_(chosen: argparse.Namespace, ports: Ports, console: Console) -> int:
    """Print the windows that have not closed."""
    found = [window for window in calendar().windows() if window.closes > ports.today]
    rows = [(w.campaign, str(w.day), str(w.opens), str(w.closes)) for w in found]
    heads = ("campaign", "day", "opens", "closes")
    if chosen.json:
        return _json([dict(zip(heads, row, strict=True)) for row in rows], console)
    print_table(console, rows, heads=heads)
    _warn(ports, console)
    return 0


def plan(chosen: argparse.Namespace, ports: Ports, console: Console) -> int:
    """Plan a campaign here and now, and print the plan; nothing is painted by it."""
    window = calendar().window_of(chosen.campaign)
    if ports.today >= window.closes:
        msg = f"{window.campaign} closed on {window.closes}; `calendar` lists those to come"
        raise InvalidRequestError(msg)
    rules = _rules(chosen, ports.rules.campaign)
    campaign = campaigns.begin(window, rules, by=chosen.by, state=ports.state, clock=ports.clock)
    season = Season(
        rules=replace(ports.rules, seconds=math.inf),
        id_key=ports.id_key,
        calendar=calendar(),
        catalogue=ports.catalogue,
        jobs=ports.jobs,
        state=ports.state,
        invoker=_Nobody(),
        clock=ports.clock,
    )
    for shard in range(rules.shards):
        season.run(ShardOrder(campaign=campaign.id, phase="plan", shard=shard))
    campaigns.planned(
        campaign,
        tasks_per_minute=ports.rules.tasks_per_minute,
        state=ports.state,
        clock=ports.clock,
    )
    return _show(campaigns.load_campaign(campaign.id, state=ports.state), chosen, ports, console)


def start(chosen: argparse.Namespace, ports: Ports, console: Console) -> int:
    """Have a plan carried out, or gone on with, by the function's timers."""
    window = calendar().window_of(chosen.campaign)
    today, state, clock = ports.today, ports.state, ports.clock
    return _show(
        campaigns.start(window, today=today, state=state, clock=clock), chosen, ports, console
    )


def pause(chosen: argparse.Namespace, ports: Ports, console: Console) -> int:
    """Hold a campaign back."""
    name, state, clock = chosen.campaign, ports.state, ports.clock
    return _show(
        campaigns.pause(name, by=chosen.by, state=state, clock=clock), chosen, ports, console
    )


def stop(chosen: argparse.Namespace, ports: Ports, console: Console) -> int:
    """End a campaign."""
    name, state, clock = chosen.campaign, ports.state, ports.clock
    return _show(
        campaigns.stop(name, by=chosen.by, state=state, clock=clock), chosen, ports, console
    )


def status(chosen: argparse.Namespace, ports: Ports, console: Console) -> int:
    """Print one campaign whole, or a line for each."""
    if chosen.campaign:
        found = campaigns.load_campaign(chosen.campaign, state=ports.state)
        return _show(found, chosen, ports, console)
    names = campaigns.every_campaign(state=ports.state)
    every = [campaigns.load_campaign(name, state=ports.state) for name in names]
    if chosen.json:
        return _json([described(each, progress(each, ports.state)) for each in every], console)
    rows = [(each.id, each.status, each.by, each.reason) for each in every]
    print_table(console, rows, heads=("campaign", "status", "by", ""))
    _warn(ports, console)
    return 0


def scale(chosen: argparse.Namespace, ports: Ports, console: Console) -> int:
    """Print the entries as JSON, the shape in which they are deployed."""
    sizes = Sizes(campaigns=ports.rules.occasions)
    if chosen.gpus:
        sizes = replace(sizes, gpus=_levels(chosen.gpus))
    since, days = chosen.since or ports.today, max(1, min(365, chosen.days))
    return _json(scaling(calendar(), since=since, sizes=sizes, days=days), console)


def _rules(chosen: argparse.Namespace, usual: Rules) -> Rules:
    given = {
        "newest": chosen.newest,
        "cap": chosen.cap,
        "budget_cny": chosen.budget,
        "shards": chosen.shards,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    try:
        return Rules.model_validate({**usual.model_dump(), **changes})
    except ValueError:
        msg = "--newest 1 to 100, --shards 1 to 32, --cap and --budget 0 or more"
    raise InvalidRequestError(msg)


def _levels(text: str) -> Levels:
    try:
        usual, holiday, campaign = (int(each) for each in text.split(","))
    except ValueError:
        msg = f"--gpus {text}: three whole numbers, usual,holiday,campaign, as 0,6,2"
    else:
        return Levels(usual=usual, holiday=holiday, campaign=campaign)
    raise InvalidRequestError(msg)


def _show(campaign: Campaign, chosen: argparse.Namespace, ports: Ports, console: Console) -> int:
    found = described(campaign, progress(campaign, ports.state))
    if chosen.json:
        return _json(found, console)
    print_facts(console, {name: _words(value) for name, value in found.items()})
    _warn(ports, console)
    return 0


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in value.items()) or "none"
    return str(value)


def _warn(ports: Ports, console: Console) -> None:
    if warning := calendar().warning(ports.today):
        console.print(warning, style="yellow", soft_wrap=True)


def _json(found: Any, console: Console) -> int:
    text = json.dumps(found, ensure_ascii=False, indent=1, default=str)
    console.print(text, markup=False, soft_wrap=True)
    return 0

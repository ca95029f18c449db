"""The commands; each prints a table, or JSON where that is asked for."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cli.kinds import checked
from cli.season.shown import described
from functions.regenerate_season.schema import ShardOrder
from functions.regenerate_season.use_case import Season
from shared import bootstrap
from shared.core.errors import ConflictError, InvalidRequestError, NotFoundError
from shared.seasons import campaigns
from shared.seasons.calendar import calendar
from shared.seasons.model import Rules
from shared.seasons.progress import steps_of
from shared.seasons.scaling import Levels, Sizes, scaling

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from local.printed import Say
    from shared.seasons.calendar import Window
    from shared.seasons.model import Campaign


class _Nobody:
    """A plan is made here to its end: there is no other run to start."""

    def invoke(self, function: str, payload: Mapping[str, str], *, task_id: str) -> None:
        """Start nothing."""


def here() -> Season:
    """Return the function as the settings in the environment wire it, run to its end here."""
    return Season(
        rules=bootstrap.season_rules(seconds=math.inf),
        id_key=bootstrap.id_key(),
        calendar=calendar(),
        catalogue=bootstrap.catalogue(),
        jobs=bootstrap.jobs(),
        state=bootstrap.state(),
        invoker=_Nobody(),
        clock=bootstrap.clock(),
    )


def windows(*, ports: Season, say: Say) -> None:
    """Print the windows that have not closed."""
    rows = [
        {"campaign": w.campaign, "day": w.day, "opens": w.opens, "closes": w.closes}
        for w in ports.calendar.windows()
        if w.closes > ports.today
    ]
    say.table(rows, empty="no window is known")
    _warn(ports, say)


def plan(name: str, rules: Mapping[str, Any], *, by: str, ports: Season, say: Say) -> None:
    """Plan a campaign here and now, and print the plan; nothing is painted by it."""
    window = _window(name, say)
    try:
        campaigns.refuse_closed(window, today=ports.today)
    except ConflictError as error:
        msg = f"{error}; those to come: {say.next('season', 'calendar')}"
        raise ConflictError("campaign_closed", msg) from error
    given = {name: value for name, value in rules.items() if value is not None}
    chosen = checked(Rules, {**ports.rules.campaign.model_dump(), **given})
    campaign = campaigns.begin(window, chosen, by=by, state=ports.state, clock=ports.clock)
    for shard in range(chosen.shards):
        ports.run(ShardOrder(campaign=campaign.id, phase="plan", shard=shard))
    campaigns.planned(
        campaign,
        tasks_per_minute=ports.rules.tasks_per_minute,
        state=ports.state,
        clock=ports.clock,
    )
    _show(campaigns.load_campaign(campaign.id, state=ports.state), ports, say)


def start(name: str, *, ports: Season, say: Say) -> None:
    """Have a plan carried out, or gone on with, by the function's timers."""
    window = _window(name, say)
    today, state, clock = ports.today, ports.state, ports.clock
    _show(campaigns.start(window, today=today, state=state, clock=clock), ports, say)


def pause(name: str, *, by: str, ports: Season, say: Say) -> None:
    """Hold a campaign back."""
    name = _window(name, say).campaign
    _show(campaigns.pause(name, by=by, state=ports.state, clock=ports.clock), ports, say)


def stop(name: str, *, by: str, ports: Season, say: Say) -> None:
    """End a campaign."""
    name = _window(name, say).campaign
    _show(campaigns.stop(name, by=by, state=ports.state, clock=ports.clock), ports, say)


def status(name: str, *, ports: Season, say: Say) -> None:
    """Print one campaign whole, or a line for each."""
    if name:
        name = _window(name, say).campaign
        _show(campaigns.load_campaign(name, state=ports.state), ports, say)
        return
    names = campaigns.every_campaign(state=ports.state)
    every = [campaigns.load_campaign(name, state=ports.state) for name in names]
    if say.as_json:
        say.value([described(each, steps_of(each, ports.state)) for each in every])
        return
    rows = [
        {"campaign": each.id, "status": each.status, "by": each.by, "": each.reason}
        for each in every
    ]
    say.table(rows, empty=f"no campaign was planned; plan one: {say.next('season', 'calendar')}")
    _warn(ports, say)


def scale(since: date | None, days: int, gpus: str, *, ports: Season, say: Say) -> None:
    """Print the entries as JSON, the shape in which they are deployed."""
    sizes = Sizes(campaigns=ports.rules.occasions)
    if gpus:
        sizes = replace(sizes, gpus=_levels(gpus))
    say.value(scaling(calendar(), since=since or ports.today, sizes=sizes, days=days))


def _levels(text: str) -> Levels:
    try:
        usual, holiday, campaign = (int(each) for each in text.split(","))
    except ValueError:
        msg = f"--gpus {text}: three whole numbers, usual,holiday,campaign, as 0,6,2"
    else:
        return Levels(usual=usual, holiday=holiday, campaign=campaign)
    raise InvalidRequestError(msg)


def _window(name: str, say: Say) -> Window:
    """Return a campaign's window; the refusal of another name leads to the calendar."""
    try:
        return calendar().window_of(name)
    except NotFoundError as error:
        kind = NotFoundError if re.fullmatch(r"[a-z_]+-\d{4}", name) else InvalidRequestError
        raise kind(f"{error}; see: {say.next('season', 'calendar')}") from error


def _show(campaign: Campaign, ports: Season, say: Say) -> None:
    say.facts(described(campaign, steps_of(campaign, ports.state)))
    _warn(ports, say)


def _warn(ports: Season, say: Say) -> None:
    if warning := ports.calendar.warning(ports.today):
        say.note(warning, style="yellow")

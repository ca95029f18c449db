"""`poster chaos`, `gallery`, `belonging`: the whole tried, minutes each."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from typer import Option

from cli.frame import ROOT, command

if TYPE_CHECKING:
    from local.printed import Say

Seed = Annotated[int, Option(help="What is drawn, is drawn from it.")]


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    command(app, "chaos", "poster chaos --jobs 20 --seconds 60")(chaos)
    command(app, "gallery", "poster gallery --drawn 4 --only ink")(gallery)
    command(app, "belonging", "poster belonging --painted 20 --verbose")(belonging)


def chaos(
    say: Say,
    jobs: Annotated[int, Option(min=1, help="Trips that are sent.")] = 200,
    seed: Annotated[str, Option(help="What happens is drawn from it.")] = "1",
    seconds: Annotated[float, Option(help="How long things fail at most.")] = 330.0,
    calm_seconds: Annotated[
        float, Option(help="For the rest; 0: 2 a job, 240 at least, twice if deployed.")
    ] = 0.0,
    life_seconds: Annotated[float, Option(help="Of the stack until it is killed.")] = 20.0,
    share: Annotated[float, Option(help="Of calls that fail.")] = 0.2,
    deadly: Annotated[float, Option(help="Of calls that kill.")] = 0.0005,
    pictures: Annotated[Literal["small", "real"], Option(help="Stand-ins or whole.")] = "small",
    messages_wait: Annotated[bool, Option(help="Messages may still wait at the end.")] = False,
    deadline_minutes: Annotated[
        int, Option(help="A job's; 0: one for each 50 jobs, 5 at least.")
    ] = 0,
    grace_seconds: Annotated[float, Option(help="Of what an erasure leaves.")] = 30.0,
    skew_seconds: Annotated[float, Option(help="Clocks are off by.")] = 8.0,
    deployed: Annotated[bool, Option(help="The built zips, each function on its own.")] = False,
    data: Annotated[
        Path | None, Option(metavar="DIR", help="Where all is stored; else a new folder.")
    ] = None,
) -> int:
    """Trips while everything fails and is killed; 1 when a promise was broken."""
    from tools.chaos.rules import ChaosRules
    from tools.chaos.run import storm

    rules = ChaosRules(
        data=data or Path(tempfile.mkdtemp(prefix="chaos-")),
        jobs=jobs,
        seed=seed,
        seconds=seconds,
        calm_seconds=calm_seconds,
        life_seconds=life_seconds,
        share=share,
        deadly=deadly,
        pictures=pictures,
        messages_wait=messages_wait,
        deadline_minutes=deadline_minutes,
        grace_seconds=grace_seconds,
        skew_seconds=skew_seconds,
        deployed=deployed,
    )
    return storm(rules, say=say)


def gallery(
    say: Say,
    drawn: Annotated[int, Option(min=1, help="How many posters.")] = 48,
    seed: Seed = 1,
    only: Annotated[
        list[str] | None, Option(metavar="WORD", help="In a scene or paint; repeatable.")
    ] = None,
    real: Annotated[
        Path | None,
        Option(exists=True, file_okay=False, metavar="DIR", help="With vehicles/, scenes/."),
    ] = None,
    out: Annotated[Path, Option(metavar="DIR", help="Where the page goes.")] = ROOT
    / ".local"
    / "gallery",
) -> int:
    """Posters over all styles, seasons, paints and formats, with scores, on one page."""
    from tools.gallery.series import Drawn, draw

    return draw(Drawn(drawn, seed, tuple(only or ()), real), out, say=say)


def belonging(
    say: Say,
    painted: Annotated[int, Option(min=1, help="Plates to be painted.")] = 136,
    right: Annotated[int, Option(min=1, help="Right pairs of a plate.")] = 2,
    seed: Seed = 14,
    plates: Annotated[
        Path | None,
        Option(exists=True, dir_okay=False, metavar="FILE", help="JSON of other plates."),
    ] = None,
    vehicles: Annotated[
        Path, Option(exists=True, file_okay=False, metavar="DIR", help="Renders.")
    ] = ROOT / "comfyui" / "vehicles",
    verbose: Annotated[bool, Option(help="A line for each poster.")] = False,
) -> int:
    """What the gate sees of planted faults of light and heading; 1 when too much is missed."""
    from tools.belonging.counting import Wanted, count

    return count(Wanted(painted, right, seed, plates, vehicles, verbose), say=say)

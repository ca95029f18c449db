"""`poster rollout`: what is deployed, without npm, and releases a share at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from typer import Option

from cli.frame import command, group

if TYPE_CHECKING:
    from local.printed import Say

app = group("What is deployed: put there, released a share at a time, taken back.")
Alias = Annotated[str, Option(envvar="FUNCTION_QUALIFIER", metavar="NAME", help="The alias.")]


def deploy(say: Say) -> None:
    """Deploy what differs of s.yaml, with the zips that were built."""
    from cli.rollout.deploying import Deploying
    from cli.rollout.target import put_code, target

    place = target()
    changed = Deploying(place.cloud, put_code(), say.progress).apply(place.wanted())
    say.done(f"{len(changed)} changes", changed=changed)


def remove(say: Say) -> None:
    """Remove all functions and domains of s.yaml; buckets stay."""
    from cli.rollout.deploying import remove as remove_all
    from cli.rollout.target import target

    place = target()
    removed = remove_all(place.cloud, place.wanted())
    say.done(f"{len(removed)} removed", removed=removed)


def check(say: Say, alias: Alias = "LATEST") -> int:
    """Run every function once, with nothing to do; 1 where one does not run."""
    from cli.rollout.target import target

    faults = target().faults(alias)
    rows = [{"function": name, "fault": words} for name, words in faults.items()]
    say.table(rows, empty="every function runs")
    if rows and alias != "LATEST":
        say.note(f"go back: {say.next('rollout', 'back', '--alias', alias)}")
    elif rows:
        say.note("a release of it would be stopped; mend it, or build and deploy an earlier one")
    return 1 if rows else 0


def release(
    say: Say,
    name: Annotated[str, Option(metavar="TEXT", help="Of the versions.")] = "",
    steps: Annotated[str, Option(metavar="N,N,…", help="Shares of calls, in %.")] = "10,50,100",
    pause: Annotated[float, Option(min=0, help="Seconds after a step.")] = 30.0,
    alias: Alias = "live",
) -> None:
    """Publish, check and move calls to what is deployed by shares; back if it fails."""
    from cli.rollout.target import target
    from shared.core.errors import InvalidRequestError

    if not all(each.isdigit() and 1 <= int(each) <= 100 for each in steps.split(",")):
        raise InvalidRequestError(f"--steps {steps}: per cents with commas, such as 10,50,100")
    moving = target().release(alias, say.progress)
    moving.run(name or "release", [int(each) for each in steps.split(",")], pause)
    say.done(f"all calls go to the new version; back: {say.next('rollout', 'back')}")


def back(say: Say, alias: Alias = "live") -> None:
    """Let all calls go to the version before; ends a release under way."""
    from cli.rollout.target import target

    now = target().release(alias, say.progress).back()
    say.done("done", versions=now)


def status(say: Say, alias: Alias = "live") -> None:
    """Which version each function's calls go to."""
    from cli.rollout.target import target

    say.table(target().release(alias, say.progress).status(), empty="no functions")


for _command, _example in (
    (deploy, "poster rollout deploy --local"),
    (remove, "poster rollout remove --local"),
    (check, "poster rollout check --local"),
    (release, "poster rollout release --name 0.2.0 --steps 10,50,100 --local"),
    (back, "poster rollout back --local"),
    (status, "poster rollout status --local"),
):
    command(app, _command.__name__, _example, target=True)(_command)

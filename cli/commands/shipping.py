"""A release and its zips, and the files that are written: what is deployed, and docs/."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from cli.frame import ROOT, command

if TYPE_CHECKING:
    from local.printed import Say

Out = Annotated[Path, Option(metavar="DIR", help="Where the files go.")]
Check = Annotated[bool, Option(help="Write nothing: 1 if a file is stale.")]


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    command(app, "release", "poster release 0.2.0 --dry-run")(release)
    command(app, "build", "poster build --python 3.10")(build)
    command(
        app, "deploy-files", "poster deploy-files --settings deploy/stack.yaml --out ../my-stack"
    )(deploy_files)
    command(app, "lifecycle", "poster lifecycle")(lifecycle)
    command(app, "docs", "poster docs --check")(docs)


def release(
    say: Say,
    version: Annotated[str, Argument(metavar="X.Y.Z", help="Above the last tag.")],
    out: Out = ROOT / ".build",
    dry_run: Annotated[bool, Option(help="Say what would be done.")] = False,
) -> None:
    """Version, changelog, commit, tag, zips and their digests; pushes and deploys nothing."""
    from cli.bundle.release import release as make

    make(version, out, dry_run=dry_run, say=say)


def build(
    say: Say,
    python: Annotated[
        list[str] | None, Option(metavar="X.Y", help="Repeatable; 3.10 and 3.12 by default.")
    ] = None,
    out: Out = ROOT / ".build",
    check: Annotated[bool, Option(help="Try the zips that are there.")] = False,
    licences: Annotated[bool, Option(help="Write THIRD_PARTY.md.")] = False,
) -> None:
    """The zips that are deployed, two for each Python of FC; or check them, or their licences."""
    from cli.bundle import run

    if licences:
        run.write_licences(out, say=say)
    elif check:
        run.check_all(python or [], out, say=say)
    else:
        built = run.build_all(python or [], out, say=say)
        if say.as_json:
            say.value(list(map(vars, built)))


def deploy_files(
    say: Say,
    settings: Annotated[
        Path, Option(exists=True, dir_okay=False, metavar="FILE", help="As stack.yaml.")
    ] = ROOT / "deploy" / "stack.yaml",
    out: Out = ROOT,
    check: Check = False,
    shell: Annotated[bool, Option(help="Print its names for a shell instead.")] = False,
) -> int | None:
    """What is deployed, written from deploy/stack.yaml."""
    from cli.deployment import files

    if shell:
        files.print_names(settings, say=say)
        return None
    return files.write(settings, out, check=check, say=say)


def lifecycle(say: Say, out: Out = ROOT / ".build" / "lifecycle") -> None:
    """The buckets' lifecycle rules from the settings of this shell."""
    from cli.retention import write_lifecycle

    write_lifecycle(out, say=say)


def docs(say: Say, check: Check = False) -> int:
    """Write the generated parts of docs/ anew."""
    from tools.write_docs import pages

    return pages.write(check=check, say=say)

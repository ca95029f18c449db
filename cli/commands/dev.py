"""`poster dev`: for those who change the project."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from cli.frame import DATA, ROOT, command, group

if TYPE_CHECKING:
    from local.printed import Say

app = group("For those who change the project; minutes each, but golden.")

_TOOLS = ROOT / "tools"
_SPREAD = ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder")


def _run(*words: str | Path) -> int:
    command = [str(each) for each in words]
    return subprocess.run(command, check=False, cwd=ROOT).returncode


def _pytest(*words: str) -> int:
    if find_spec("pytest") is None:
        from shared.core.errors import NotFoundError

        raise NotFoundError("the tests' packages are not installed; install them: make lint")
    return _run(sys.executable, "-m", "pytest", *words)


@command(app, "golden", "poster dev golden", json=False)
def golden(say: Say) -> int:
    """Write the golden files anew; review the difference."""
    return _pytest("tests/golden", "--write-golden")


@command(app, "explore", "poster dev explore", json=False)
def explore(say: Say) -> int:
    """The tests with examples that were not drawn before."""
    return _pytest(*_SPREAD, "--hypothesis-profile", "others")


@command(app, "check-commands", "poster dev check-commands", json=False)
def check_commands(say: Say) -> int:
    """Every command line of the pages, in a copy of the project with its own stack."""
    return _pytest("tests/commands", "-m", "slow")


@command(app, "get-browser", "poster dev get-browser")
def get_browser(say: Say) -> None:
    """Chromium, which the studio's tests drive, from the system's packages."""
    from tools.browsing.browser import install

    program = install()
    say.done(f"{program} is there; test the studio with it: make browser", browser=program)


@command(app, "screenshots", "poster dev screenshots", json=False)
def screenshots(
    say: Say,
    out: Annotated[Path, Option(metavar="DIR", help="Where they go.")] = ROOT / "docs" / "images",
) -> None:
    """Pictures of the studio's pages, for the READMEs: look at them."""
    from tools.browsing.screenshots import take

    take(out, say=say)


@command(app, "fuzz-api", "poster dev fuzz-api --seconds 60", json=False)
def fuzz_api(
    say: Say,
    seconds: Annotated[int, Option(min=1, help="For all requests together.")] = 60,
    examples: Annotated[int, Option(min=1, help="Requests for each operation.")] = 40,
    seed: Annotated[int, Option(help="They are drawn from it.")] = 1,
    only: Annotated[str | None, Option(metavar="OPERATION", help="One operationId.")] = None,
) -> int:
    """What openapi.json allows and what not, against the local stack."""
    from cli.own_environment import programs_of
    from tools.fuzz_api import run

    wanted = Path(run.__file__).parent / "requirements.txt"
    tool = programs_of("schemathesis", wanted, say=say) / "schemathesis"
    return run.fuzz(tool, seconds=seconds, examples=examples, seed=seed, only=only)


@command(app, "deploy-with-s", "poster dev deploy-with-s ../s/bin/s ../components", json=False)
def deploy_with_s(
    say: Say,
    program: Annotated[Path, Argument(metavar="S", help="Serverless Devs' program.")],
    components: Annotated[Path, Argument(metavar="DIR", help="Has built fc3 and fc3-domain.")],
    data: Annotated[Path, Option(metavar="DIR", help="Of a stack: poster up --empty.")] = DATA,
    remove: Annotated[bool, Option(help="Removes all again at the end.")] = False,
) -> int:
    """s.yaml to a running stack by the vendor's own tool, twice; 1 if the second changes any."""
    from tools.vendor_deploy.run import deploy

    return deploy(program, components, data, remove=remove, say=say)


@command(app, "style-samples", "poster dev style-samples --seed 9", json=False)
def style_samples(
    say: Say,
    posters: Annotated[
        Path | None,
        Option(exists=True, file_okay=False, metavar="DIR", help="Has {style}-{season} pictures."),
    ] = None,
    trip: Annotated[
        Path, Option(exists=True, dir_okay=False, metavar="FILE", help="Else painted: a trip.")
    ] = ROOT / "examples" / "trips" / "qingdao_coast.json",
    vehicle: Annotated[str, Option(help="Whose render is set in.")] = "citycar/g1/red",
    seed: Annotated[int, Option(help="View, layout and scenery are drawn from it.")] = 9,
    out: Annotated[Path, Option(metavar="DIR", help="Where the small pictures go.")] = ROOT
    / "studio"
    / "static"
    / "samples",
) -> int:
    """Small posters of each style and season for the studio's pages."""
    from tools.style_samples.run import Asked, write_samples

    asked = Asked(trip, vehicle, seed, posters)
    return write_samples(asked, out, DATA / "style-samples", say=say)


@command(app, "rollout-under-load", "poster dev rollout-under-load --jobs 100 --seed 1", json=False)
def rollout_under_load(
    say: Say,
    jobs: Annotated[int, Option(min=24, help="Trips that are sent.")] = 100,
    seed: Annotated[str, Option(help="Trips and moments are drawn from it.")] = "1",
    data: Annotated[
        Path | None, Option(metavar="DIR", help="Where all is stored; else a new folder.")
    ] = None,
) -> int:
    """A release moved, taken back and moved again while jobs run, and one that does not start."""
    from tools.rollout_load.run import rehearse

    return rehearse(jobs, seed, data, say=say)


@command(app, "check-sdk", "poster dev check-sdk 2.0.2", json=False)
def check_sdk(
    say: Say,
    version: Annotated[str, Argument(metavar="VERSION", help="Of dashscope.")] = "2.0.2",
) -> int:
    """What calls DashScope, with another version of its SDK."""
    return _run("bash", _TOOLS / "dashscope_sdk_check.sh", version)


@command(app, "eas-sdk", "poster dev eas-sdk", json=False)
def eas_sdk(say: Say) -> int:
    """The EAS SDK against the local queue."""
    return _run("bash", _TOOLS / "eas_sdk_check.sh")


@command(app, "check-oss-suite", "poster dev check-oss-suite ../oss-sdk", json=False)
def check_oss_suite(
    say: Say,
    folder: Annotated[Path, Argument(metavar="FOLDER", help="A checkout of the SDK for Python.")],
    only: Annotated[
        list[str] | None, Option(metavar="MODULE", help="As test_object; repeatable.")
    ] = None,
    signatures: Annotated[str, Option(help="v4 or v1.")] = "v4",
) -> int:
    """The OSS SDK's tests against the local OSS."""
    from tools.oss_suite import run

    return run.check(folder, only=only or (), signatures=signatures)


@command(app, "mutants", "poster dev mutants 'functions.paint_scene*'", json=False)
def mutants(
    say: Say,
    modules: Annotated[
        list[str] | None, Argument(metavar="[MODULE]...", help="As functions.paint_scene*.")
    ] = None,
    report: Annotated[bool, Option("--report", help="Of what ran before; run nothing.")] = False,
    processes: Annotated[int, Option(min=1, help="At a time.")] = 2,
) -> int:
    """Faults planted one at a time: which ones does no test notice? Hours for all modules."""
    from cli.own_environment import programs_of
    from tools.mutation import run

    wanted = Path(run.__file__).parent / "requirements.txt"
    python = programs_of("mutation", ROOT / "requirements-dev.txt", wanted, say=say) / "python"
    return run.mutants(python, modules or (), run=not report, processes=processes)


@command(app, "lock", "poster dev lock --upgrade-package typer", json=False)
def lock(
    say: Say,
    upgrade_package: Annotated[
        list[str] | None, Option(metavar="NAME", help="Moves its version; repeatable.")
    ] = None,
) -> int:
    """Write requirements*.txt from requirements*.in, with hashes."""
    moved = [word for name in upgrade_package or () for word in ("--upgrade-package", name)]
    return _run("bash", _TOOLS / "lock.sh", *moved)

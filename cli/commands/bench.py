"""`poster bench`: what things cost in time, requests and memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from cli.frame import ROOT, command, group

if TYPE_CHECKING:
    from local.printed import Say

app = group("What things cost in time, requests and memory; seconds to minutes each.")

Rounds = Annotated[int, Option(min=1, help="Of which the median is taken.")]
Counts = Annotated[list[int] | None, Option(min=1, help="Trips; repeatable.")]


@command(app, "job", "poster bench job --jobs 200", json=False)
def job(
    say: Say,
    jobs: Annotated[int, Option(min=1, help="With small pictures.")] = 2000,
    real: Annotated[int, Option(min=1, help="With real pictures.")] = 3,
    counted: Annotated[int, Option(min=1, help="Whose requests are counted.")] = 5,
    list_: Annotated[bool, Option(help="Only one job's requests.")] = False,
) -> None:
    """A job from submit to stored: CPU, requests, pace, memory."""
    from tools.bench.bench_job import main

    main(real=real, counted=counted, jobs=jobs, only_list=list_)


@command(app, "picture", "poster bench picture", json=False)
def picture(say: Say) -> int:
    """Composite and gate beside Pillow and scikit-image, in an environment of its own."""
    from cli.own_environment import programs_of
    from tools.bench import bench_picture

    lists = (
        ROOT / "requirements-local.txt",
        Path(bench_picture.__file__).parent / "requirements.txt",
    )
    python = programs_of("bench", *lists, say=say) / "python"
    return subprocess.run([python, "-m", bench_picture.__name__], check=False, cwd=ROOT).returncode


@command(app, "plates", "poster bench plates --count 128", json=False)
def plates(
    say: Say,
    count: Annotated[int, Option(min=1, help="How many plates.")] = 72,
    seed: Annotated[int, Option(help="They are drawn from it.")] = 1,
    keep: Annotated[Path | None, Option(metavar="DIR", help="Keeps the plates.")] = None,
) -> None:
    """How well the nodes read a plate's light and lines, beside a fixed guess."""
    from tools.bench.bench_plate_light import main

    main(count, seed, keep)


@command(app, "poster", "poster bench poster --all", json=False)
def poster(
    say: Say,
    all_: Annotated[bool, Option(help="Every paint in every style.")] = False,
) -> int:
    """What storing a poster costs beside the former way; 1 when a limit is not kept."""
    from tools.bench.bench_poster import main

    return main(every=all_)


@command(app, "submit", "poster bench submit --seconds 60", json=False)
def submit(
    say: Say,
    seconds: Annotated[float, Option(min=1, help="Of the doubled rate.")] = 20.0,
    start: Annotated[float, Option(min=1, help="The first rate to try.")] = 10.0,
) -> None:
    """How many trips a second are accepted, and what twice as many does."""
    from tools.bench.bench_submit import main

    main(seconds=seconds, start=start)


@command(app, "upload", "poster bench upload 1000 10000", json=False)
def upload(
    say: Say,
    sizes: Annotated[list[int] | None, Argument(min=1, metavar="LINES")] = None,
    loopback: Annotated[int, Option(min=0, metavar="LINES", help="By the real client.")] = 0,
) -> None:
    """How fast uploaded files become jobs, and in how much memory."""
    from tools.bench.bench_upload import main

    main(sizes or (), loopback)


@command(app, "upload-forms", "poster bench upload-forms 1000 --rounds 5", json=False)
def upload_forms(
    say: Say,
    lines: Annotated[int, Argument(min=1, metavar="LINES")] = 1000,
    rounds: Rounds = 5,
) -> None:
    """An upload in each form and encoding, beside .jsonl in UTF-8."""
    from tools.bench.bench_upload_forms import main

    main(lines, rounds)


@command(app, "cold", "poster bench cold read_job --rounds 3", json=False)
def cold(
    say: Say,
    functions: Annotated[list[str] | None, Argument(metavar="FUNCTION")] = None,
    rounds: Rounds = 7,
    artifact: Annotated[
        Path | None, Option(metavar="DIR", help="As .build/python3.10; with --python.")
    ] = None,
    python: Annotated[
        str, Option(show_default=False, help="Of the artifact's version.")
    ] = sys.executable,
) -> None:
    """Cold start of each function beside its bare SDKs and one big module."""
    from tools.bench.bench_cold import main

    main(functions or (), rounds=rounds, artifact=artifact, python=python)


@command(app, "season", "poster bench season --plans 1000 --sends 500", json=False)
def season(
    say: Say,
    plans: Counts = None,
    sends: Counts = None,
) -> None:
    """Seconds, requests and memory of a campaign, beside the naive form."""
    from tools.bench.bench_season import main

    main(plans or [1000, 10000, 100000], sends or [1000, 3000])


@command(app, "wall", "poster bench wall 10000 --rounds 5", json=False)
def wall(
    say: Say,
    sizes: Annotated[list[int] | None, Argument(min=100, metavar="JOBS")] = None,
    rounds: Rounds = 9,
) -> int:
    """A page of the wall by the number of jobs, beside reading the records."""
    from tools.bench.bench_wall import main

    return main(sizes or [10_000, 100_000], rounds)

"""`poster job`: look at jobs, push them on, decide on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from typer import Option

from cli.frame import By, command, group
from cli.kinds import JOB, Job
from shared.core.limits import LARGEST_SEED

if TYPE_CHECKING:
    from cli.operate.ports import Ports
    from local.printed import Say

_LIST = {404: "job list", 410: "job list"}
_REVIEW = {**_LIST, 409: "job list --waiting-for-review"}
_ENDED = {**_LIST, 409: "job show {job}"}

app = group("Look at jobs, push them on, decide on them.")

Status = Literal["accepted", "prompted", "sending", "queued", "rendered", "needs_review"]
Style = Annotated[str | None, Option(metavar="ID", help="In another style.")]
Seed = Annotated[int | None, Option(min=0, max=LARGEST_SEED, help="Which of many pictures.")]


def ports(say: Say) -> Ports:
    """Return what the operator's commands work with."""
    from cli.operate.ports import Ports

    return say.given or Ports.real()


@command(app, "list", "poster job list --waiting-for-review --local", target=True)
def list_(
    say: Say,
    waiting_for_review: Annotated[bool, Option(help="Only those to decide on.")] = False,
    status: Annotated[Status | None, Option(help="Only those that stand there.")] = None,
) -> None:
    """The jobs that have not ended, the oldest first."""
    from cli.operate.show import list_open
    from shared.jobs.record import JobStatus

    wanted = "needs_review" if waiting_for_review else status
    list_open(JobStatus(wanted) if wanted else None, ports=ports(say), say=say)


@command(app, "show", f"poster job show {JOB} --local", target=True, see=_LIST)
def show(say: Say, job: Job) -> None:
    """A job as a timeline; never its caption, team or driver."""
    from cli.operate import show

    show.show(job, ports=ports(say), say=say)


@command(app, "retry", f"poster job retry {JOB} --local", target=True, see=_LIST)
def retry(say: Say, job: Job) -> None:
    """Have the sweeper look at an open job at once."""
    from cli.operate import show

    show.retry(job, ports=ports(say), say=say)


@command(
    app, "repaint", f"poster job repaint {JOB} --style ink_wash --local", target=True, see=_LIST
)
def repaint(
    say: Say,
    job: Job,
    style: Style = None,
    seed: Seed = None,
    format: Annotated[str | None, Option(help="In another format.")] = None,
    share: Annotated[bool | None, Option(help="May others see it; else as before.")] = None,
    by: By = "",
) -> None:
    """Another poster of the trip, as a new job; also of a failed or cancelled one."""
    from cli.operate import deciding

    changes = {"style": style, "seed": seed, "format": format, "share": share}
    deciding.repaint(job, changes, by=by, ports=ports(say), say=say)


@command(
    app, "review", f"poster job review {JOB} approve --by anna --local", target=True, see=_REVIEW
)
def review(
    say: Say,
    job: Job,
    decision: Literal["approve", "reject", "repaint", "take_back"],
    attempt: Annotated[int | None, Option(min=1, help="The one that was looked at.")] = None,
    seed: Seed = None,
    style: Style = None,
    view: Annotated[str | None, Option(help="From where the car is seen.")] = None,
    layout: Annotated[str | None, Option(help="In another layout.")] = None,
    note: Annotated[str, Option(help="Kept in the job's record.")] = "",
    by: By = "",
) -> None:
    """Decide on a poster that waits, or undo that; what the next one is like is for `repaint`."""
    from cli.operate import deciding

    told = {"decision": decision, "attempt": attempt, "seed": seed, "style": style, "note": note}
    told |= {"view": view, "layout": layout}
    deciding.review(job, told, by=by, ports=ports(say), say=say)


@command(app, "cancel", f"poster job cancel {JOB} --local", target=True, see=_ENDED)
def cancel(say: Say, job: Job, by: By = "") -> None:
    """End an open job for good."""
    from cli.operate import deciding

    deciding.cancel(job, by=by, ports=ports(say), say=say)


@command(app, "index", "poster job index --local", target=True)
def index(say: Say) -> None:
    """Enter all jobs on the wall: once, for those of a release that had none."""
    from cli.operate import indexing

    indexing.enter_all(ports=ports(say), say=say)

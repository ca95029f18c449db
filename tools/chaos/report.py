"""The account of a run as a table, and the timelines of the first jobs with something wrong."""

from rich.console import Console

from local.printed import print_table
from shared.jobs.record import JobStatus
from tools.chaos.account import Account
from tools.chaos.check_models import by_the_second
from tools.chaos.door import Door
from tools.chaos.lives import Lives
from tools.chaos.rules import ChaosRules

_SHOWN = 5
KINDS = (
    "lost job", "unknown job", "stuck job", "two endings", "lost result", "orphan",
    "lost wish", "decision", "not erased", "erased", "left over", "stuck erasure",
    "lost erasure", "report", "line", "stuck upload", "season", "painted twice", "skipped",
    "stuck campaign", "two contents", "lost message", "stuck message", "false message",
    "order", "wall", "crash", "bad item", "model", "answer", "deployment", "right",
)  # fmt: skip


def show(
    account: Account,
    rules: ChaosRules,
    door: Door,
    lives: Lives,
    console: Console,
    *,
    took: tuple[float, float],
) -> None:
    """Print what happened and what of it is wrong."""
    told = {
        "seed, jobs, pictures": f"{rules.seed}, {rules.jobs}, {rules.pictures}",
        "share of requests that fail": f"{rules.share:.0%}",
        "a job's deadline": f"{rules.deadline} min",
        "seconds with faults, seconds after": f"{took[0]:.0f}, {took[1]:.0f}",
    }
    doors = {
        "submissions repeated; refused with 429": f"{door.retried}; {door.refused}",
        "stack killed: at random, at an effect": f"{lives.kills}, {lives.deaths}",
        "instances killed at an event": str(account.instance_kills),
    }
    seen = [*_jobs(account), *doors.items(), *_wishes(account), *_costs(account)]
    wrong_of = [(f"violations, {kind}", str(account.of_kind(kind))) for kind in KINDS]
    print_table(console, [*told.items(), *seen, *wrong_of], heads=("what", "figure"))
    console.print()
    _show_faults(account, console)
    for job_id, what in account.violations:
        console.print(f"WRONG {job_id} {what}", markup=False, soft_wrap=True)
    wrong = dict.fromkeys(job_id for job_id, _ in account.violations if job_id in account.jobs)
    for job_id in list(wrong)[:_SHOWN]:
        _timeline(account, job_id, console)


def _jobs(account: Account) -> list[tuple[str, str]]:
    closed = sum(record.status.is_closed for record in account.jobs.values())
    codes = ", ".join(f"{code} {n}" for code, n in sorted(account.codes().items())) or "none"
    results = sum(
        r.status is JobStatus.SUCCEEDED and r.result is not None for r in account.jobs.values()
    )
    return [
        ("accepted: all, of them with 202", f"{len(account.jobs)}, {len(account.book.accepted)}"),
        ("closed", str(closed)),
        ("  succeeded (one result each)", f"{account.count(JobStatus.SUCCEEDED)} ({results})"),
        ("  failed, by code", f"{account.count(JobStatus.FAILED)} ({codes})"),
        ("  cancelled", str(account.count(JobStatus.CANCELLED))),
        ("  erased", str(account.count(JobStatus.ERASED))),
    ]


def _wishes(account: Account) -> list[tuple[str, str]]:
    book = account.book
    lines = sum(line.kind != "blank" for file in book.files for line in file.lines)
    erased = f"{len(book.erased)}, {len(book.gone - book.erased)}"
    return [
        ("painted anew; share changed", f"{book.repainted}; {book.share_changes}"),
        ("reviewed: passed, refused, painted anew", _decisions(account)),
        ("erased one by one; with all of a driver", erased),
        ("uploaded lines, jobs of them", f"{lines}, {account.of_origin('upload')}"),
        ("posters of a season's campaign", str(account.of_origin("season"))),
    ]


def _decisions(account: Account) -> str:
    made = list(account.book.decided.values())
    return ", ".join(str(made.count(each)) for each in ("approve", "reject", "repaint"))


def _costs(account: Account) -> list[tuple[str, str]]:
    runs, jobs = account.runs_of_jobs() or [0], max(1, len(account.jobs))
    times = sorted(account.seconds_to_close()) or [0.0]
    return [
        ("messages taken, tries of them", f"{len(account.taken)}, {account.requests['community']}"),
        ("GPU runs of a job: mean, most", f"{sum(runs) / len(runs):.2f}, {max(runs)}"),
        ("pictures ordered of a job: mean", f"{account.orders() / jobs:.2f}"),
        ("prompts, plates by the second models", "{}, {}".format(*by_the_second(account))),
        ("OSS requests of a job", f"{account.requests['oss'] / jobs:.0f}"),
        ("seconds to close: median, longest", f"{times[len(times) // 2]:.0f}, {times[-1]:.0f}"),
    ]


def _show_faults(account: Account, console: Console) -> None:
    kinds = sorted({kind for counts in account.faults.values() for kind in counts})
    rows = [
        (service, *(str(counts[kind]) for kind in kinds), str(account.requests[service]))
        for service, counts in sorted(account.faults.items())
    ]
    print_table(console, rows, heads=("faults", *kinds, "of requests"), right=True)


def _timeline(account: Account, job_id: str, console: Console) -> None:
    record = account.jobs[job_id]
    console.print(f"\n{job_id} v{record.version} {record.status.value}", markup=False)
    for step in record.history:
        offset = (step.at - record.created_at).total_seconds()
        console.print(f"  {offset:8.2f} s  {step.status.value} ({step.attempt})", markup=False)
    for line in (f"  ended: {record.ended}", f"  failure: {record.failure}"):
        console.print(line, markup=False, soft_wrap=True)

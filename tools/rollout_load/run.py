"""A release rehearsed under load, and its account."""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cli.frame import ROOT
from cli.rollout import on_stack
from local.cloud.faults import FaultRules, Faults
from local.cloud.ram.guard import read_guard
from local.options import StackOptions
from local.painter.plain import plain
from local.printed import Say, print_facts
from local.stack import STATE_BUCKET, LocalStack
from shared.jobs.record import JobStatus
from tools.chaos.account import Account, Wrong
from tools.chaos.book import Book
from tools.chaos.door import Door
from tools.chaos.gpu import FaultyGpu, SmallPictures
from tools.chaos.rules import ChaosRules
from tools.chaos.uploader import Uploader
from tools.rollout_load.across import Across, check
from tools.rollout_load.rehearsal import FIRST, LATER, LoadRules, Rehearsal
from tools.rollout_load.traffic import Traffic, planned

_SETTINGS = {
    "LOOK_SECONDS": "10",
    "QUIET_SECONDS": "20",
    "GONE_SECONDS": "60",
    "OUTPUT_GRACE_SECONDS": "20",
    "TASKS_PER_MINUTE": "600",
    "JOB_DEADLINE_MINUTES": "10",
    "BULK_DEADLINE_MINUTES": "10",
}
# Old versions' instances make room; the platform's own time is longer than a rehearsal.
_IDLE_SECONDS = 30.0


def rehearse(jobs: int, seed: str, data: Path | None, *, say: Say) -> int:
    """Run once and print the account; 1 when a promise was broken."""
    began = time.monotonic()
    rules = LoadRules(data or Path(tempfile.mkdtemp(prefix="rollout-")), jobs, seed)
    on_stack.build(say)
    with _stack(rules) as stack:
        book = Book(id_key=stack.keys.id_key.encode())
        whole = ChaosRules(rules.data, jobs, seed)
        door = Door(stack.urls["app"], stack.keys)
        traffic = Traffic(whole, door, book, trips=planned(seed, rules.stages()))
        rehearsal = Rehearsal(rules, stack, traffic, book, say)
        uploader = Uploader(whole, book)
        uploader.start()
        try:
            rehearsal.run()
        finally:
            uploader.stop()
            traffic.stop()
    account = Account(rules.data, book, messages_wait=False)
    across = Across(FIRST)
    across.read(rules.data / "oss" / STATE_BUCKET / "jobs")
    wrong = [*check(account), *_promised(rehearsal, across)]
    _show(rehearsal, account, across, wrong, time.monotonic() - began)
    return 1 if wrong else 0


@contextmanager
def _stack(rules: LoadRules) -> Iterator[LocalStack]:
    gpu = SmallPictures()
    rules.data.mkdir(parents=True, exist_ok=True)
    none_fails = FaultRules(seed=rules.seed, share=0.0)
    runs = FaultyGpu(gpu.run_task, rules.data / "gpu.txt", seed=rules.seed, share=0.0)
    journal = Faults(none_fails, rules.data / "requests.jsonl", watched=("community",))
    options = StackOptions(
        deployed=True,
        guard=read_guard(ROOT / "deploy" / "ram"),
        run_task=runs.run_task,
        paint=plain,
        front=journal.front,
        settings=_SETTINGS,
    )
    stack = LocalStack(rules.data, options)
    gpu.objects = stack.objects
    with stack:
        vars(stack.instances)["_idle_s"] = _IDLE_SECONDS
        yield stack
    journal.close()


def _promised(rehearsal: Rehearsal, across: Across) -> Iterator[Wrong]:
    """Yield what two versions side by side have not done."""
    yield from (("", f"step: {what}") for what in (*rehearsal.wrong, *rehearsal.traffic.failures()))
    yield from ((job_id, "across: what a later release added is lost") for job_id in across.lost)
    for what, found in (("more than one release", across.both), ("an earlier one", across.back)):
        if not found:
            yield "", f"across: no job was written by {what} after another"
    by_load, by_any = runs_by_release(rehearsal)
    for name in rehearsal.functions():
        if missing := {FIRST, LATER} - by_any[name]:
            yield "", f"across: {name} has not run in {', '.join(sorted(missing))}"
    if not any({FIRST, LATER} <= found for found in by_load.values()):
        yield "", "across: the load has called no function in both releases"


def runs_by_release(
    rehearsal: Rehearsal,
) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return by function the releases that the load has run, and those that load or checks have."""
    by_load: dict[str, set[str]] = {name: set() for name in rehearsal.functions()}
    by_any = {name: set(found) for name, found in by_load.items()}
    for kept, runs in ((by_load, rehearsal.ran), (by_any, {*rehearsal.ran, *rehearsal.probed})):
        for name, version in runs:
            kept[name].add(rehearsal.releases.get(version, "LATEST"))
    return by_load, by_any


def _show(
    rehearsal: Rehearsal, account: Account, across: Across, wrong: list[Wrong], took: float
) -> None:
    say = rehearsal.say
    say.table(rehearsal.moves, empty="nothing was moved")
    figures = {
        **_jobs(account),
        **_releases(rehearsal, across),
        "requests repeated": str(rehearsal.traffic.door.retried),
        "seed, seconds": f"{rehearsal.rules.seed}, {took:.0f}",
        "violations": str(len(wrong)),
    }
    print_facts(say.people, figures)
    for job_id, what in wrong:
        say.note(f"WRONG {job_id} {what}")
    say.progress(f"everything is left in {rehearsal.rules.data}")


def _jobs(account: Account) -> dict[str, str]:
    ended = (JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED)
    kinds = Counter[str](each.priority for each in account.jobs.values())
    runs = Counter(account.gpu_runs.values())
    uploaded = account.of_origin("upload")
    return {
        "jobs: accepted, uploaded": f"{len(account.book.accepted)}, {uploaded}",
        "succeeded, failed, cancelled": ", ".join(str(account.count(each)) for each in ended),
        "failures by code": _counts(account.codes()),
        "by priority": _counts(kinds),
        "tasks painted once, again": f"{runs[1]}, {sum(runs.values()) - runs[1]}",
    }


def _releases(rehearsal: Rehearsal, across: Across) -> dict[str, str]:
    by_load, _ = runs_by_release(rehearsal)
    both = {name for name, found in by_load.items() if {FIRST, LATER} <= found}
    return {
        "records by release": _counts(across.written),
        "jobs of both releases": str(len(across.both)),
        "the later after the earlier": str(len(across.forth)),
        "the earlier after the later": str(len(across.back)),
        "the later's field in the earlier's": f"{across.kept} kept, {len(across.lost)} lost",
        "functions that the load ran in both": f"{len(both)} of {len(by_load)}",
        "the others, run by checks": ", ".join(sorted(by_load.keys() - both)),
        "the function that crashed": rehearsal.crashing,
    }


def _counts(found: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(found.items())) or "none"

"""Small chaos runs whose seeds went wrong once, or stand for those that may."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from scripts.chaos.account import Account
from scripts.chaos.rules import ChaosRules
from scripts.chaos.run import run
from shared.jobs.record import JobStatus

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("seed", ["11"])
def test_every_accepted_trip_ends_once_while_everything_fails(tmp_path: Path, seed: str) -> None:
    printed = io.StringIO()
    rules = ChaosRules(
        data=tmp_path / "chaos",
        jobs=5,
        seed=seed,
        seconds=10,
        calm_seconds=60,
        life_seconds=6,
        messages_wait=True,
    )

    account = run(rules, Console(file=printed, width=150))

    assert account.violations == [], printed.getvalue()
    assert len(account.accepted) == rules.jobs
    assert account.faults["oss"], "nothing has failed"
    _every_broken_promise_is_found(account)


def _every_broken_promise_is_found(sound: Account) -> None:
    """Break each promise in what the run has left behind: a check that finds nothing is none."""
    job_id = next(j for j, r in sound.jobs.items() if r.status is JobStatus.SUCCEEDED)
    results = sound.bucket / "results" / job_id
    (kept,) = results.iterdir()
    kept.rename(results / f"{job_id}-9")
    (sound.bucket / "open" / job_id).touch()
    sent = {"service": "community", "method": "POST", "message": f"{job_id}-1-ready"}
    with (sound.data / "requests.jsonl").open("a") as journal:
        journal.writelines(json.dumps({**sent, "sha256": digest}) + "\n" for digest in "ab")
    hook = sound.data / "community" / "backend"
    hook.mkdir(parents=True, exist_ok=True)
    (hook / f"{job_id}-1-failed.json").touch()
    told = sound.accepted | {"j-of-nobody"}

    found = Account(sound.data, told, messages_wait=True).draw_up()

    kinds = {what.partition(":")[0] for _, what in found.violations}
    assert kinds == {"lost job", "orphan", "lost result", "two contents", "false message"}

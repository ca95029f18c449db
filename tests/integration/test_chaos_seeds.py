"""Small chaos runs whose seeds went wrong once, or stand for those that may."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from scripts.chaos.rules import ChaosRules
from scripts.chaos.run import run

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
        calm_seconds=100,
        life_seconds=6,
        messages_wait=True,
    )

    account = run(rules, Console(file=printed, width=150))

    assert account.violations == [], printed.getvalue()
    assert len(account.accepted) == rules.jobs
    assert account.faults["oss"], "nothing has failed"

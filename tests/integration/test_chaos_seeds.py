"""Small chaos runs whose seeds went wrong once, or stand for those that may."""

from __future__ import annotations

import copy
import io
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from tests.integration.planted import PLANTED
from tools.chaos.account import Account
from tools.chaos.checks import draw_up
from tools.chaos.report import KINDS
from tools.chaos.rules import ChaosRules
from tools.chaos.run import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.slow

_NEEDS_A_CAMPAIGN = {"skipped", "stuck campaign"}


@pytest.mark.parametrize("seed", ["11"])
def test_everything_ends_as_it_should_while_everything_fails(tmp_path: Path, seed: str) -> None:
    printed = io.StringIO()
    rules = ChaosRules(
        data=tmp_path / "chaos",
        jobs=5,
        seed=seed,
        seconds=5,
        calm_seconds=240,
        life_seconds=6,
        messages_wait=True,
        grace_seconds=3,
        skew_seconds=0.5,
    )

    account = run(rules, Console(file=printed, width=150))

    assert account.violations == [], printed.getvalue()
    assert len(account.book.accepted) >= rules.jobs
    assert account.faults["oss"], "nothing has failed"
    assert account.book.erased, "nothing was erased"
    assert account.book.left, "nobody has left"
    assert account.of_origin("upload"), "no line became a job"
    for kind, plants in PLANTED.items():
        if account.book.campaigns or kind not in _NEEDS_A_CAMPAIGN:
            for plant in plants:
                assert kind in _found(account, plant, tmp_path / "planted"), plant.__name__
    shutil.rmtree(tmp_path / "chaos")


def _found(sound: Account, plant: Callable[[Account], None], folder: Path) -> set[str]:
    """Break one promise in a copy of what the run has left: a check that finds nothing is none."""
    for name in ("oss", "community", "eas"):
        left_out = shutil.ignore_patterns(".meta")
        shutil.copytree(sound.data / name, folder / name, ignore=left_out, copy_function=os.link)
    os.link(sound.data / "requests.jsonl", folder / "requests.jsonl")
    broken = Account(folder, copy.deepcopy(sound.book), sound.messages_wait, jobs=dict(sound.jobs))
    plant(broken)
    again = draw_up(Account(folder, broken.book, broken.messages_wait))
    shutil.rmtree(folder)
    return {what.partition(":")[0] for _, what in again.violations}


def test_every_kind_of_violation_is_planted_once() -> None:
    assert set(KINDS) == PLANTED.keys()

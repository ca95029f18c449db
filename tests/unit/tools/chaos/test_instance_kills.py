"""An instance is killed while it is busy, each kill leaves a line, and refusals leave theirs."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from local.cloud.ram.policy import Request
from tools.chaos import instance_kills, rights
from tools.chaos.account import Account
from tools.chaos.book import Book
from tools.chaos.instance_kills import InstanceKills

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


class _Instances:
    """One is busy until it is killed."""

    def __init__(self) -> None:
        self.killed = 0
        self.function = SimpleNamespace(name="trip-poster-paint_trip")

    def busy(self) -> tuple[_Instances, ...]:
        return () if self.killed else (self,)

    def kill(self) -> None:
        self.killed += 1


def test_busy_instances_are_killed_and_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance_kills, "_PAUSE", 0.01)
    instances: Any = _Instances()

    InstanceKills(instances, tmp_path / instance_kills.FILE, seed="1").start()

    end = time.monotonic() + 10
    while not instances.killed and time.monotonic() < end:
        time.sleep(0.01)
    assert instances.killed == 1
    account = Account(tmp_path, Book(), messages_wait=False)
    assert account.instance_kills == 1


def test_what_a_role_may_not_do_is_told_with_its_count(tmp_path: Path) -> None:
    guard = rights.guard_of(tmp_path)
    request = Request("oss:DeleteObject", "acs:oss:*:*:trip-poster-state/jobs/j")
    answers = [guard("local-key-of-list_styles", request) for _ in range(2)]

    assert answers == [False, False]
    assert guard("another-key", request)
    account = Account(tmp_path, Book(), messages_wait=False)
    told = "right: local-key-of-list_styles may not do oss:DeleteObject, 2 times"
    assert [*rights.check(account)] == [("", told)]

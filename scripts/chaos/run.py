"""One chaos run: drivers send, the stack fails and is killed, then calm, then the account."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from local.eas.queue import DurableQueue
from local.keys import load_keys
from local.stack import STATE_BUCKET
from scripts.chaos import report
from scripts.chaos.account import Account
from scripts.chaos.drivers import Drivers
from scripts.chaos.lives import Lives

if TYPE_CHECKING:
    from rich.console import Console

    from scripts.chaos.rules import ChaosRules

_TENDED = 0.2


def run(rules: ChaosRules, console: Console) -> Account:
    """Run and print; what is wrong is in the account's `violations`."""
    rules.data.mkdir(parents=True, exist_ok=True)
    lives = Lives(rules)
    drivers = Drivers(rules, f"http://127.0.0.1:{lives.port}", load_keys(rules.data))
    started = time.monotonic()
    try:
        lives.begin()
        drivers.start()
        _storm(rules, drivers, lives)
        calm = time.monotonic()
        lives.kill()
        lives.begin(calm=True)
        _settle(rules, drivers)
    finally:
        drivers.stop()
        lives.kill()
    took = (calm - started, time.monotonic() - calm)
    account = Account(rules.data, frozenset(drivers.accepted.values()), rules.messages_wait)
    account.draw_up().violations.extend(("", f"answer: {what}") for what in drivers.wrong)
    report.show(account, drivers, lives, console, took=took)
    return account


def _storm(rules: ChaosRules, drivers: Drivers, lives: Lives) -> None:
    """Let things fail until all is done in spite of it, or the time is up."""
    end = time.monotonic() + rules.seconds
    while time.monotonic() < end and not (drivers.are_done() and not _is_open(rules)):
        lives.tend()
        time.sleep(_TENDED)


def _settle(rules: ChaosRules, drivers: Drivers) -> None:
    end = time.monotonic() + rules.calm_seconds
    while time.monotonic() < end:
        if drivers.are_done() and not _is_open(rules) and not _has_mail(rules):
            return
        time.sleep(_TENDED)


def _is_open(rules: ChaosRules) -> bool:
    folder = rules.data / "oss" / STATE_BUCKET / "open"
    return folder.is_dir() and any(folder.iterdir())


def _has_mail(rules: ChaosRules) -> bool:
    queues = (rules.data / "eas" / name for name in ("input", "sink"))
    if any(DurableQueue(queue).count() for queue in queues):
        return True
    outbox = rules.data / "oss" / STATE_BUCKET / "outbox"
    return not rules.messages_wait and any(p.is_file() for p in outbox.rglob("*"))

"""One chaos run: drivers send, the stack fails and is killed, then calm, then the account."""

import time
from dataclasses import dataclass

from rich.console import Console

from local.cloud.eas.queue import DurableQueue
from local.data_folder import held
from local.own_keys import load_keys
from local.printed import Say
from local.stack import STATE_BUCKET
from tools.chaos import report
from tools.chaos.account import Account
from tools.chaos.book import Book
from tools.chaos.campaigner import Campaigner
from tools.chaos.checks import draw_up
from tools.chaos.deployment import Deployment, deploy
from tools.chaos.door import Door
from tools.chaos.drivers import Drivers
from tools.chaos.files import entries
from tools.chaos.lives import Lives, free_port
from tools.chaos.reviewers import Reviewers
from tools.chaos.rules import ChaosRules
from tools.chaos.uploader import Uploader

_TENDED = 0.2
# Clocks of two lives may be off in opposite directions.
_BOTH_WAYS = 2.0
# What has markers as long as it is under way.
_OPEN = ("open", "open-uploads", "campaigns/active", "erasing")


@dataclass
class Outside:
    """Everybody who wants something of the stack."""

    rules: ChaosRules
    drivers: Drivers
    reviewers: Reviewers
    uploader: Uploader
    campaigner: Campaigner

    def start(self) -> None:
        for each in (self.drivers, self.uploader, self.campaigner):
            each.start()

    def tend(self) -> None:
        """Let those act who have waited for something."""
        self.drivers.tend()
        self.reviewers.tend()

    def is_done(self) -> bool:
        """Say whether nobody wants anything more, and nothing is under way."""
        quiet = self.drivers.are_done() and self.uploader.is_done() and self.campaigner.is_done()
        return quiet and not _is_open(self.rules)

    def stop(self) -> None:
        for each in (self.drivers, self.uploader, self.campaigner):
            each.stop()


def storm(rules: ChaosRules, *, say: Say) -> int:
    """Run once, and say what became of it; 1 when a promise was broken."""
    with held(rules.data):
        pass
    deployment = deploy(rules, say=say) if rules.deployed else None
    account = run(rules, say.people, deployment)
    if say.as_json:
        say.value({"violations": account.violations, "data": rules.data})
    say.progress(f"{len(account.violations)} violations; everything is left in {rules.data}")
    return 1 if account.violations else 0


def run(rules: ChaosRules, console: Console, deployment: Deployment | None = None) -> Account:
    """Run and print; what is wrong is in the account's `violations`."""
    rules.data.mkdir(parents=True, exist_ok=True)
    port = deployment.stack.options.port if deployment else free_port()
    lives, keys = Lives(rules, port), load_keys(rules.data)
    margin = _BOTH_WAYS * rules.skew_seconds + 1.0
    book = Book(id_key=keys.id_key.encode(), margin=margin)
    door = Door(f"http://127.0.0.1:{lives.port}", keys)
    drivers = Drivers(rules, door, book)
    reviewers = Reviewers(rules, door, book)
    outside = Outside(rules, drivers, reviewers, Uploader(rules, book), Campaigner(rules, book))
    started = time.monotonic()
    try:
        lives.begin()
        outside.start()
        _storm(rules, outside, lives)
        calm = time.monotonic()
        lives.kill()
        lives.begin(calm=True)
        _settle(rules, outside)
        book.not_deployed = deployment.lost() if deployment else []
    finally:
        outside.stop()
        lives.kill()
    took = (calm - started, time.monotonic() - calm)
    book.wrong += [*drivers.failures(), *reviewers.failures()]
    account = draw_up(Account(rules.data, book, rules.messages_wait))
    report.show(account, rules, door, lives, console, took=took)
    return account


def _storm(rules: ChaosRules, outside: Outside, lives: Lives) -> None:
    """Let things fail until all is done in spite of it, or the time is up."""
    end = time.monotonic() + rules.seconds
    while time.monotonic() < end and not outside.is_done():
        lives.tend()
        outside.tend()
        time.sleep(_TENDED)


def _settle(rules: ChaosRules, outside: Outside) -> None:
    end = time.monotonic() + rules.calm
    while time.monotonic() < end:
        if outside.is_done() and not _has_mail(rules):
            return
        outside.tend()
        time.sleep(_TENDED)


def _is_open(rules: ChaosRules) -> bool:
    bucket = rules.data / "oss" / STATE_BUCKET
    return any(entries(bucket / name) for name in _OPEN)


def _has_mail(rules: ChaosRules) -> bool:
    queues = (rules.data / "eas" / name for name in ("input", "sink"))
    if any(DurableQueue(queue).count() for queue in queues):
        return True
    outbox = rules.data / "oss" / STATE_BUCKET / "outbox"
    return not rules.messages_wait and any(p.is_file() for p in outbox.rglob("*"))

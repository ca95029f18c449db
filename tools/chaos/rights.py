"""What deployed functions wanted to do and their roles do not let them: in a run, nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.cloud.ram.guard import Guard, read_guard
from local.stack import ROOT
from tools.chaos.files import lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.cloud.ram.policy import Request
    from tools.chaos.account import Account, Wrong

_FILE = "refused.txt"


@dataclass
class TellingGuard(Guard):
    """A guard that writes down what it refuses: the next kill takes what it only remembers."""

    journal: Path | None = None

    def __call__(self, access_key_id: str, request: Request, /) -> bool:
        """Decide about one request."""
        if super().__call__(access_key_id, request):
            return True
        if self.journal:
            with self.journal.open("a", encoding="utf-8") as told:
                told.write(f"{access_key_id} {request.action} {request.resource}\n")
        return False


def guard_of(data: Path) -> TellingGuard:
    """Return the guard of the deployed policies for the stack of a folder."""
    principals = read_guard(ROOT / "deploy" / "ram").principals
    return TellingGuard(principals, journal=data / _FILE)


def check(account: Account) -> Iterator[Wrong]:
    """Yield each kind of thing that was refused, once."""
    for (who, action), count in Counter(
        tuple(line.split()[:2]) for line in lines(account.data / _FILE)
    ).items():
        yield "", f"right: {who} may not do {action}, {count} times"

"""Every bad item is out of its list and noted under `dead/`, and nothing else is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shared.lists.bulkhead import MOST_TRIES
from tools.chaos.bad_items import LISTS, NOTED
from tools.chaos.files import entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.chaos.account import Account, Wrong


def check(account: Account) -> Iterator[Wrong]:
    """Yield the bad items that are not set aside, and what else is."""
    for name, folder in NOTED.items():
        left = [each for lists in LISTS for each in _names(account, lists) if name in each]
        noted = [json.loads(each.read_bytes()) for each in entries(account.bucket / "dead" / folder)
                 if each.suffix == ".json"]  # fmt: skip
        if left:
            yield name, f"bad item: it is still in its list, {left}"
        elif not noted:
            yield name, "bad item: it was not set aside"
        elif not any(note["tries"] >= MOST_TRIES for note in noted):
            yield name, f"bad item: set aside after {noted[0]['tries']} tries"
        if len(noted) > 1:
            yield name, f"bad item: {len(noted)} of {folder} were set aside, one was bad"


def _names(account: Account, folder: str) -> list[str]:
    root = account.bucket / folder
    return [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]

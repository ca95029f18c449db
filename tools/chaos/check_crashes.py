"""No function ended with an error that nobody anticipated: a bug may hide behind retries."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from shared.core import errors
from tools.chaos.files import lines

if TYPE_CHECKING:
    from tools.chaos.account import Account

# A run that took too long has no type; the rest is what functions raise to be tried again.
_EXPECTED = frozenset({"", *vars(errors)})


def check(account: Account) -> list[tuple[str, str]]:
    """Return one line for each function and kind of error, however often."""
    found: Counter[str] = Counter()
    for line in lines(account.data / "fc" / "invocations.jsonl"):
        run = _object(line)
        kind = str(_object(run.get("error") or "").get("errorType", ""))
        if kind not in _EXPECTED:
            found[f"crash: {run['function']} {kind}"] += 1
    return [("", f"{what}, {count} times") for what, count in sorted(found.items())]


def _object(text: str) -> dict[str, Any]:
    """Return what a text holds, nothing for a line that a kill has cut off."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

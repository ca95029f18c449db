"""Times as an operator types and reads them."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))


def moment(text: str) -> datetime:
    """Return a time; Asia/Shanghai where no zone is given."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        msg = f"{text!r} is no time such as 2026-11-23T08:00"
        raise argparse.ArgumentTypeError(msg) from None
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def shown(at: datetime) -> str:
    """Return a time in Asia/Shanghai."""
    return at.astimezone(SHANGHAI).strftime("%m-%d %H:%M:%S")

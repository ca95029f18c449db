"""Every check of a run's account, in turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.chaos import (
    check_bad_items,
    check_crashes,
    check_erasures,
    check_jobs,
    check_messages,
    check_models,
    check_reviews,
    check_seasons,
    check_uploads,
)

if TYPE_CHECKING:
    from tools.chaos.account import Account

_CHECKS = (
    check_jobs,
    check_reviews,
    check_erasures,
    check_uploads,
    check_seasons,
    check_messages,
    check_crashes,
    check_models,
    check_bad_items,
)


def draw_up(account: Account) -> Account:
    """Read everything, note what is wrong in `violations`, and return the account."""
    account.read()
    for each in _CHECKS:
        account.violations.extend(each.check(account))
    account.violations.extend(("", f"answer: {what}") for what in account.book.wrong)
    return account

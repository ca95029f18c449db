"""The table of what is kept where, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.retention import kept
from tools.write_docs.marked_parts import table

if TYPE_CHECKING:
    from cli.retention import Kept


def retention_table() -> str:
    """Return the table for people."""
    head = ("bucket", "prefix", "holds", "kept for")
    return table(head, map(_row, kept()))


def _row(each: Kept) -> tuple[str, ...]:
    if each.days is None:
        return each.bucket, f"`{each.prefix}`", each.holds, "as long as it is needed"
    by = f" (`{each.setting}`)" if each.setting else ""
    days = "1 day" if each.days == 1 else f"{each.days} days"
    return each.bucket, f"`{each.prefix}`", each.holds, f"{days}{by}"

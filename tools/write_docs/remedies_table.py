"""The gate's measures by what makes them fail, and what is to be changed."""

from __future__ import annotations

from shared.quality.remedies import MEASURES
from tools.write_docs.marked_parts import table

_HEAD = ("measures", "comes from", "what to change")


def remedies_table() -> str:
    """Return a row for each thing to be changed, with the measures that ask for it."""
    asking: dict[tuple[str, str], list[str]] = {}
    for name, measure in MEASURES.items():
        asking.setdefault((measure.cause, measure.change), []).append(f"`{name}`")
    rows = ((", ".join(names), cause, change) for (cause, change), names in asking.items())
    return table(_HEAD, rows)

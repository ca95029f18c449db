"""What commands print, in a terminal as in a pipe: no line is broken or cut, all can be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from client.trip_posters import Warned as AnsweredWarning
    from shared.errors import Warned

    Cell = str | Text

_GAP = "  "


def command_console() -> Console:
    """Return the console of a command; what looks like markup in somebody's words stays."""
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True)


def print_table(
    console: Console,
    rows: Iterable[Sequence[Cell]],
    *,
    heads: Sequence[str] = (),
    right: bool = False,
) -> None:
    """Print rows below their heads; `right`: all columns but the first are flush right."""
    above = [[Text(head, style="bold") for head in heads]] if heads else []
    console.print(columns([*above, *rows], right=right), soft_wrap=True)


def print_facts(console: Console, values: Mapping[str, str]) -> None:
    """Print names and their values."""
    print_table(console, [(Text(name, style="bold"), value) for name, value in values.items()])


def print_warnings(console: Console, warnings: Iterable[Warned | AnsweredWarning]) -> None:
    """Print what was assumed of a trip."""
    for warned in warnings:
        said = f"{warned.field} {warned.reason}; assumed: {warned.assumed}"
        console.print(said, style="yellow", markup=False, soft_wrap=True)


def columns(rows: Sequence[Sequence[Cell]], *, right: bool = False) -> Text:
    """Return rows in columns as wide as their widest cell, without borders."""
    cells = [[_text(cell) for cell in row] for row in rows]
    widths = [max(cell.cell_len for cell in column) for column in zip(*cells, strict=True)]
    return Text("\n").join(_line(row, widths, right=right) for row in cells)


def _line(row: Sequence[Text], widths: Sequence[int], *, right: bool) -> Text:
    spaced = []
    for n, (cell, width) in enumerate(zip(row, widths, strict=True)):
        space = " " * (width - cell.cell_len)
        spaced.append(Text.assemble(space, cell) if right and n else Text.assemble(cell, space))
    line = Text(_GAP).join(spaced)
    line.rstrip()
    return line


def _text(cell: Cell) -> Text:
    return cell if isinstance(cell, Text) else Text(cell)

"""What commands print, in a terminal as in a pipe: no line is broken or cut, all can be copied."""

import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from rich.console import Console
from rich.text import Text

from client.trip_posters import Warned as AnsweredWarning
from shared.core.errors import Warned

Cell = str | Text

_GAP = "  "
_SHANGHAI = timezone(timedelta(hours=8))


def shown(at: datetime) -> str:
    """Return a time as all commands print it: ISO 8601, in Asia/Shanghai, to the second."""
    return at.astimezone(_SHANGHAI).isoformat(timespec="seconds")


def command_console(*, stderr: bool = False) -> Console:
    """Return the console of a command; what looks like markup in somebody's words stays."""
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True, stderr=stderr)


@dataclass(frozen=True)
class Say:
    """What a command says: words for people, or with `as_json` one value on standard output.

    `target` are the options by which the next command works on the same stack, `typed` is the
    command line without `poster`; `given` is what tests have a command work with.
    """

    as_json: bool = False
    target: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()
    given: Any = None
    console: Console = field(default_factory=command_console)

    def next(self, *words: str) -> str:
        """Return a whole command that works on the same target."""
        return shlex.join(("poster", *words, *self.target))

    @property
    def people(self) -> Console:
        """Return where people look: beside the JSON, on standard error."""
        return command_console(stderr=True) if self.as_json else self.console

    def note(self, words: str | Text, style: str = "") -> None:
        """Say something on the way; beside the JSON it goes to standard error."""
        self.people.print(words, style=style or None)

    def progress(self, words: str | Text) -> None:
        """Say what the JSON tells at the end."""
        if not self.as_json:
            self.console.print(words)

    def again(self, option: str = "", value: str = "") -> str:
        """Return the command as it was typed, with an option set anew."""
        words, own = [], iter(self.typed)
        for word in own:
            if option and word == option and value:
                next(own, "")
            elif not option or word.partition("=")[0] != option:
                words.append(word)
        return shlex.join(("poster", *words, *filter(None, (option, value))))

    def refusal(self, words: str, status: int = 1) -> None:
        """Say what is refused, on standard error; as JSON it is an object on one line."""
        words = words.replace("Value error, ", "")
        if self.as_json:
            told = json.dumps({"error": words, "status": status}, ensure_ascii=False)
            command_console(stderr=True).print(told)
        else:
            command_console(stderr=True).print(words, style="red")

    def value(self, value: object) -> None:
        text = json.dumps(value, ensure_ascii=False, indent=1, default=_plain)
        self.console.print(text, soft_wrap=True)

    def done(self, words: str, **facts: object) -> None:
        """Say what was done: the words, or the facts."""
        if self.as_json:
            self.value({**facts, "done": words})
        else:
            self.console.print(words)

    def facts(self, values: Mapping[str, Any]) -> None:
        """Print names and their values; nothing of what is empty."""
        if self.as_json:
            self.value(values)
        else:
            print_facts(self.console, {k: _words(v) for k, v in values.items() if _words(v)})

    def table(self, rows: Sequence[Mapping[str, Any]], *, empty: str, heads: bool = True) -> None:
        """Print rows of the same names, below these; `empty` where there is none."""
        if self.as_json:
            self.value(rows)
        elif rows:
            cells = [[_words(cell) for cell in row.values()] for row in rows]
            print_table(self.console, cells, heads=tuple(rows[0]) if heads else ())
        else:
            self.console.print(empty)


def _plain(value: object) -> Any:
    return shown(value) if isinstance(value, datetime) else str(value)


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_words(each)}" for name, each in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(_words, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(_plain(value))


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
    print_table(console, [(Text(name, style="bold"), value) for name, value in values.items()])


def print_warnings(console: Console, warnings: Iterable[Warned | AnsweredWarning]) -> None:
    """Print what was assumed of a trip."""
    for warned in warnings:
        said = f"{warned.field} {warned.reason}; assumed: {warned.assumed}"
        console.print(said, style="yellow", markup=False, soft_wrap=True)


def columns(rows: Sequence[Sequence[Cell]], *, right: bool = False) -> Text:
    """Return rows in columns as wide as their widest cell, without borders."""
    cells = [[cell if isinstance(cell, Text) else Text(cell) for cell in row] for row in rows]
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

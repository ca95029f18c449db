"""Every command line that the pages show: in fenced blocks of `sh`, and between backquotes."""

from __future__ import annotations

import re
import shlex
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.architecture.source_files import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BESIDE = ("README*.md", "CONTRIBUTING.md", "client/README.md")
# Its examples are held against the command by tests/unit/cli.
_WRITTEN = ROOT / "docs" / "reference" / "cli.md"
_FOUND = {path for each in (*_BESIDE, "docs/**/*.md") for path in ROOT.glob(each)}
PAGES = sorted(_FOUND - {_WRITTEN})
_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(
    r"`((?:poster|make|curl|python3?|s|ossutil|aliyun|eascmd|cp|pip|openssl)(?: [^`\n]+)?)`"
)
# `s` and `cp` are words of other kinds, too.
_COMMAND = re.compile(r"(?!s$|cp$|s =|curl$|python$|ossutil$|aliyun$|pip$)")
_HERE = re.compile(r"<<'?(\w+)'?")
# What somebody has to fill in is a form.
_FORM = re.compile(r"…|\.\.\.")


@dataclass(frozen=True, order=True)
class Command:
    """A command, the remark behind it, and the page that shows it first."""

    text: str
    remark: str
    page: str


def commands() -> list[Command]:
    """Return each command once, in the order of the pages."""
    found: dict[str, Command] = {}
    for page in PAGES:
        for each in _of(page):
            found.setdefault(each.text, each)
    return list(found.values())


def _of(page: Path) -> Iterator[Command]:
    text, name = page.read_text("utf-8"), page.relative_to(ROOT).as_posix()
    for _, kind, block in _BLOCK.findall(text):
        if kind in {"sh", "bash", "shell", "console"}:
            for statement in _statements(textwrap.dedent(block)):
                yield Command(*_parted(statement), name)
    for inline in _INLINE.findall(_BLOCK.sub("", text)):
        if _COMMAND.match(inline) and not _FORM.search(inline):
            yield Command(inline, "", name)


def _statements(block: str) -> Iterator[str]:
    """Yield what a shell would run at once: lines that go on, loops and here-documents whole."""
    lines: list[str] = []
    for line in block.splitlines():
        lines.append(line)
        if _is_whole("\n".join(lines)):
            statement, lines = "\n".join(lines), []
            if statement.strip() and not _FORM.search(_parted(statement)[0]):
                yield statement
    assert not lines, f"no shell would end this: {lines}"


def _is_whole(text: str) -> bool:
    text = _parted(text)[0]
    if here := _HERE.search(text):
        return text.splitlines()[-1] == here[1]
    if text.endswith("\\") or (text.startswith("for ") and not text.endswith("done")):
        return False
    try:
        shlex.split(text)
    except ValueError:
        return False
    return True


def _parted(statement: str) -> tuple[str, str]:
    """Return a statement without the remark at its end, and the remark."""
    command, mark, remark = statement.rpartition("  # ")
    return (command.strip(), remark.strip()) if mark else (statement.strip(), "")

"""The pauses that are no settings, shortened: in this process, or in copies of the built zips."""

from __future__ import annotations

import ast
import importlib
from datetime import timedelta
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from local.stack import ROOT
from shared.lists import bulkhead

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# A module, a name that it has, and the value that the name gets.
Pause = tuple[str, str, object]

_CLAIM_SECONDS = 15.0
# What acts within a function, from its first import on.
_STAND_INS = ("__init__", "chaos/__init__", "chaos/inside", "chaos/life", "chaos/poison",
              "chaos/small_poster")  # fmt: skip
_ENTER = "from tools.chaos import inside\n\ninside.enter(__name__)\n"


class NameGoneError(Exception):
    """A module has no such name any more: hasten what came in its place."""


def pauses(grace: float) -> tuple[Pause, ...]:
    """Return all pauses of a run; work that was left alone is taken up after half a grace."""
    quiet, hurried = timedelta(seconds=grace / 2), timedelta(seconds=grace)
    return (
        ("shared.announcements.schedule", "_FIRST_SECONDS", 1.0),
        ("functions.paint_scene.plate", "_CLAIM_SECONDS", _CLAIM_SECONDS),
        ("shared.lists.bulkhead", "_FIRST_PAUSE", timedelta(seconds=0.6)),
        ("shared.lists.bulkhead", "_LONGEST_PAUSE", timedelta(seconds=3)),
        ("functions.ingest_upload.use_case", "MOST_TRIES_OF_LISTS", 2 * bulkhead.MOST_TRIES),
        ("functions.ingest_upload.use_case", "_FIRST_PAUSE", timedelta(seconds=0.2)),
        ("functions.ingest_upload.use_case", "_BEING_READ_SECONDS", grace / 2),
        ("functions.sweep_jobs.look", "GRACE", hurried),
        ("shared.jobs.erasures", "GRACE", hurried),
        ("shared.jobs.erasures", "_QUIET", quiet),
        ("shared.seasons.conducting", "QUIET", quiet),
    )


def hasten_here(wanted: Iterable[Pause]) -> None:
    """Give the names of this process's modules their values; NameGoneError where one is gone."""
    for name, constant, value in wanted:
        module = importlib.import_module(name)
        if constant not in vars(module):
            raise NameGoneError(f"{name} has no {constant}")
        vars(module)[constant] = value


def hasten_zip(source: Path, copy: Path, wanted: Iterable[Pause]) -> None:
    """Write a copy of a built zip with these values and the stand-ins in it.

    One without functions, as the studio's, is copied as it is. NameGoneError where a module binds
    one of the names no more.
    """
    with ZipFile(source) as old, ZipFile(copy, "w", ZIP_DEFLATED, compresslevel=1) as new:
        entered = _entered(old)
        texts = {**_hastened(old, wanted), **entered} if entered else {}
        for entry in old.infolist():
            # A compiled file would be taken for its source, whatever that says by now.
            if _source_of(entry.filename) not in texts:
                new.writestr(entry, texts.get(entry.filename) or old.read(entry))
        for name in _STAND_INS if entered else ():
            new.write(ROOT / "tools" / f"{name}.py", f"tools/{name}.py")


def _hastened(source: ZipFile, wanted: Iterable[Pause]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for module, name, value in wanted:
        path = f"{module.replace('.', '/')}.py"
        text = texts.get(path) or source.read(path).decode()
        try:
            texts[path] = rebound(text, name, value)
        except NameGoneError as error:
            raise NameGoneError(f"{module} {error}") from None
    return texts


def _entered(source: ZipFile) -> dict[str, str]:
    """Return the modules where the platform looks for functions, each with a step before it."""
    roots = [n for n in source.namelist() if n.endswith(".py") and "/" not in n]
    texts = {name: source.read(name).decode() for name in roots}
    return {
        name: f"{_ENTER}{text}"
        for name, text in texts.items()
        if f"from functions.{name.removesuffix('.py')}." in text
    }


def _source_of(name: str) -> str:
    """Return the source of a compiled file, "" of any other."""
    folder, _, file = name.rpartition("__pycache__/")
    return f"{folder}{file.partition('.')[0]}.py" if name.endswith(".pyc") else ""


def rebound(text: str, name: str, value: object) -> str:
    """Return a module's text that binds a name to a value right after it was bound at its top.

    NameGoneError where nothing there binds it.
    """
    binds = [node for node in ast.parse(text).body if name in _bound(node)]
    if not binds:
        raise NameGoneError(f"has no {name}")
    lines, end = text.splitlines(), binds[-1].end_lineno
    written = repr(value).replace("datetime.", '__import__("datetime").')
    return "\n".join([*lines[:end], f"{name} = {written}", *lines[end:], ""])


def _bound(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that an assignment or an import binds."""
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        stored = (each for each in ast.walk(statement) if isinstance(each, ast.Name))
        yield from (each.id for each in stored if isinstance(each.ctx, ast.Store))
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        yield from (each.asname or each.name for each in statement.names)

"""The zips of one release after the other: copies of the built ones, with a few files otherwise."""

import dataclasses
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZipFile

from cli.frame import ROOT
from cli.rollout.wanted import TemplateError, Wanted

Edit = Callable[[str], str]
# What only later releases write into a job's record.
ADDED = "added_later"
_RELEASE, _RECORD = "shared/core/release.py", "shared/jobs/record.py"
_RELEASE_FIELD = '    release: str = ""\n'
_STAND_IN = """
from tools.chaos.small_poster import stand_in

stand_in(of=1 << 256)
"""
_TOOLS = ("tools/__init__.py", "tools/chaos/__init__.py", "tools/chaos/small_poster.py")


def released(
    wanted: Wanted, folder: Path, release: str, *, later: bool = False, crashing: str = ""
) -> Wanted:
    """Return what is wanted with code that says it is `release`, made below `folder`.

    A `later` one writes a field that earlier ones do not know; `crashing` is a function whose
    module raises as it is imported. Pictures are stood for by some pixels.
    """
    edits = _edits(release, later=later, crashing=crashing)
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        path: edited(path, folder / f"{release}-{path.name}", _meant(path, edits))
        for path in {each.code for each in wanted.functions}
    }
    functions = (dataclasses.replace(each, code=made[each.code]) for each in wanted.functions)
    return dataclasses.replace(wanted, functions=tuple(functions))


def _meant(path: Path, edits: Mapping[str, Edit]) -> Mapping[str, Edit]:
    """Return a zip's edits: one that knows no jobs, as the studio's, says its release alone."""
    with ZipFile(path) as zipped:
        return edits if _RECORD in zipped.NameToInfo else {_RELEASE: edits[_RELEASE]}


def edited(path: Path, copy: Path, edits: Mapping[str, Edit]) -> Path:
    """Copy a zip with some files otherwise: what an edit returns for their text, "" if not there.

    TemplateError where an edit finds nothing to change.
    """
    shutil.copyfile(path, copy)
    with ZipFile(copy, "a", ZIP_DEFLATED) as zipped:
        for name, edit in edits.items():
            known = name in zipped.NameToInfo
            before = zipped.read(name).decode() if known else ""
            if (after := edit(before)) == before:
                raise TemplateError(f"{path}: {name} is of an older build: poster build")
            _forget(zipped, name)
            zipped.writestr(name, after)
    return copy


def _forget(zipped: ZipFile, name: str) -> None:
    """Leave a file and what was compiled of it out of the table of a zip."""
    place = PurePosixPath(name)
    compiled = re.escape(str(place.parent / "__pycache__" / place.stem))
    pattern = re.compile(rf"{re.escape(name)}|{compiled}\.[^/]*\.pyc")
    for each in [found for found in zipped.filelist if pattern.fullmatch(found.filename)]:
        zipped.filelist.remove(each)
        del zipped.NameToInfo[each.filename]


def _edits(release: str, *, later: bool, crashing: str) -> dict[str, Edit]:
    tools = {name: (ROOT / name).read_text("utf-8") for name in _TOOLS}
    edits: dict[str, Edit] = {name: lambda _, text=text: text for name, text in tools.items()}  # type: ignore[misc]
    edits["store_result.py"] = lambda text: text + _STAND_IN
    edits[_RELEASE] = lambda text: re.sub(
        r'^RELEASE = ".*"$', f'RELEASE = "{release}"', text, flags=re.MULTILINE
    )
    if later:
        added = f'{_RELEASE_FIELD}    {ADDED}: str = "known to {release}"\n'
        edits[_RECORD] = lambda text: text.replace(_RELEASE_FIELD, added)
    if crashing:
        name, before = f"{crashing}.py", edits.get(f"{crashing}.py", str)
        edits[name] = lambda text: f'raise RuntimeError("{release} does not start")\n{before(text)}'
    return edits

"""A further release is the built zip with a few files otherwise."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from cli.frame import ROOT
from cli.rollout.wanted import TemplateError, Wanted, WantedFunction
from local.cloud.fc.spec import LATEST
from tools.rollout_load.zips import ADDED, edited, released

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_REAL = ("shared/core/release.py", "shared/jobs/record.py")


def _zip(path: Path, more: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, text in more.items():
            made.writestr(name, text)
    return path


def _read(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as made:
        assert made.testzip() is None
        return {name: made.read(name).decode() for name in made.namelist()}


@pytest.mark.parametrize("room", ["", "a/"])
def test_a_file_is_otherwise_and_what_was_compiled_of_it_gone(tmp_path: Path, room: str) -> None:
    name, compiled = f"{room}b.py", f"{room}__pycache__/b.cpython-310.pyc"
    files = {name: "x = 1", compiled: "old", "a/bc.py": "y = 1"}
    built = _zip(tmp_path / "built.zip", files)

    copy = edited(built, tmp_path / "copy.zip", {name: lambda text: text + "0"})

    assert _read(copy) == {"a/bc.py": "y = 1", name: "x = 10"}
    assert _read(built) == files


def test_an_edit_that_finds_nothing_is_refused(tmp_path: Path) -> None:
    built = _zip(tmp_path / "built.zip", {"a.py": "x = 1"})

    with pytest.raises(TemplateError, match=r"a\.py is of an older build: poster build"):
        edited(built, tmp_path / "copy.zip", {"a.py": lambda text: text.replace("z", "")})


@pytest.mark.parametrize("crashing", ["paint_trip", "store_result"])
def test_a_release_says_its_name_adds_a_field_and_may_not_start(
    tmp_path: Path, crashing: str
) -> None:
    files = {name: (ROOT / name).read_text("utf-8") for name in _REAL}
    shims = {f"{name}.py": "handler = print\n" for name in ("paint_trip", "store_result")}
    function = WantedFunction("one", {}, _zip(tmp_path / "built.zip", {**files, **shims}))

    wanted = released(
        Wanted((function,), {}, LATEST), tmp_path / "made", "9.1", later=True, crashing=crashing
    )

    found = _read(wanted.functions[0].code)
    assert 'RELEASE = "9.1"' in found["shared/core/release.py"]
    assert f'    {ADDED}: str = "known to 9.1"' in found["shared/jobs/record.py"]
    assert found[f"{crashing}.py"].startswith("raise RuntimeError")
    assert "stand_in(of=" in found["store_result.py"]
    assert "tools/chaos/small_poster.py" in found


def test_the_studios_zip_says_its_release_and_stays_as_it_is_else(tmp_path: Path) -> None:
    name = "shared/core/release.py"
    files = {name: (ROOT / name).read_text("utf-8"), "studio/app.py": "x = 1"}
    function = WantedFunction("one", {}, _zip(tmp_path / "built.zip", files))

    wanted = released(Wanted((function,), {}, LATEST), tmp_path / "made", "9.1", later=True)

    found = _read(wanted.functions[0].code)
    assert found.keys() == files.keys()
    assert 'RELEASE = "9.1"' in found[name]

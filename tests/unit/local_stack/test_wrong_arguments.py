"""What a command cannot work with it refuses in words, with status 2, before it does anything."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_WRONG = [
    ("scripts.gallery.__main__", ["--only", "riso"], "no poster of this draw is called riso: try"),
    ("scripts.gallery.__main__", ["--only", "night-neon", "noon"], "called night-neon noon: try"),
    ("scripts.gallery.__main__", ["--real", "{missing}"], "there is no folder {missing}"),
    ("scripts.check_workflows", ["wanx"], "has no workflow called wanx; it has: article, "),
    ("scripts.check_workflows", ["--folder", "{missing}"], "there is no folder {missing}"),
    ("scripts.check_workflows", ["--folder", "{empty}"], "has no workflow; it has: none"),
    ("scripts.check_workflows", ["--object-info", "{missing}"], "No such file"),
    ("scripts.check_styles", ["riso"], "there is no style riso in "),
    ("scripts.check_styles", ["--folder", "{missing}"], "there is no folder {missing}"),
    ("scripts.check_styles", ["--object-info", "http://127.0.0.1:9"], "cannot be reached"),
    ("scripts.designer_workflows", ["wanx"], "no workflow wanx; there are: article, "),
    ("scripts.cost.__main__", ["--idle", "--prices", "{missing}"], "there is no file {missing}"),
    ("scripts.cost.__main__", ["--idle", "--prices", "{file}"], "Invalid JSON"),
    ("scripts.cost.__main__", ["--idle", "--gpus", "-1"], "'-1' is no whole number from 0 on"),
    ("scripts.cost.__main__", ["--forecast", "many"], "between 1 and 100,000,000 trips a day"),
    ("scripts.cost.__main__", ["--forecast", "9", "--peak-factor", "nan"], "peak_factor: "),
    ("scripts.cost.__main__", ["--since", "May"], "'May' is no day such as 2026-11-23"),
    ("scripts.season.__main__", ["scaling", "--since", "May"], "'May' is no day"),
    ("scripts.operate.__main__", ["replay", "May"], "'May' is no time such as"),
    ("scripts.operate.__main__", ["revive"], "required: key"),
    ("scripts.chaos.__main__", ["--jobs", "0"], "'0' is no whole number from 1 on"),
]


@pytest.mark.parametrize(("module", "arguments", "words"), _WRONG)
def test_it_is_refused_in_words(
    module: str,
    arguments: list[str],
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").write_text("# no prices")
    (tmp_path / "empty").mkdir()
    places = {name: str(tmp_path / name) for name in ("missing", "file", "empty")}
    given = [each.format_map(places) for each in arguments]
    if "gallery" in module:
        given += ["--out", str(tmp_path / "gallery")]

    assert _status(module, given) == 2
    printed = capsys.readouterr()
    assert words.format_map(places) in printed.out + printed.err


def test_a_wrong_setting_of_the_rules_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("POSTER_DAYS", "long")
    command = importlib.import_module("scripts.write_lifecycle")

    assert command.main(tmp_path) == 2
    assert "POSTER_DAYS" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def _status(module: str, arguments: list[str]) -> int:
    try:
        return int(importlib.import_module(module).main(arguments))
    except SystemExit as ended:
        return int(ended.code or 0)

"""What a command cannot work with it refuses in words, before it does anything.

The status is 2 where the command line is not understood, 1 where what it names is not there.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import IO, TYPE_CHECKING

import pytest

from tests.architecture.source_files import ROOT
from tests.fakes.poster import poster

if TYPE_CHECKING:
    from pathlib import Path

_WRONG = [
    (1, "gallery --only riso", "no poster of this draw is called riso: try"),
    (1, "gallery --only night-neon --only noon", "called night-neon noon: try"),
    (2, "gallery --real {missing}", "'{missing}' does not exist"),
    (1, "workflows check wanx", "has no workflow called wanx; it has: article, "),
    (2, "workflows check --folder {missing}", "'{missing}' does not exist"),
    (1, "workflows check --folder {empty}", "has no workflow; it has: none"),
    (1, "workflows check --object-info {missing}", "No such file"),
    (1, "styles check riso", "there is no style riso in "),
    (2, "styles check --folder {missing}", "'{missing}' does not exist"),
    (1, "styles check --object-info http://127.0.0.1:9", "cannot be reached"),
    (1, "workflows designer wanx", "no workflow wanx; there are: article, "),
    (2, "cost idle --prices {missing}", "'{missing}' does not exist"),
    (2, "deploy-files --settings {file} --out {empty}", "{file}: "),
    (2, "cost idle --prices {file}", "Invalid JSON"),
    (2, "cost idle --gpus=-1", "greater than or equal to 0"),
    (2, "cost forecast many", "valid number"),
    (2, "cost forecast 9 --peak-factor nan", "peak_factor: "),
    (2, "cost spent --since May --local", "'May' is no day such as 2026-11-23"),
    (2, "cost spent --by colour --local", "'campaign', 'day', 'origin', 'style'"),
    (2, "season scaling --since May --local", "'May' is no day"),
    (1, "webhooks replay May --data {empty}", "no local stack runs on {empty}"),
    (2, "dead revive", "Missing argument 'KEY'"),
    (2, "chaos --jobs 0", "greater than or equal to 1"),
    (2, "demo {missing}", "'{missing}' does not exist"),
    (2, "try --set foo --data {empty}", "--set foo: write name=value"),
    (2, "demo {file} --data {empty}", "a trip is a .json or a .txt file"),
    (2, "cost spent --since 2026-02-01 --until 2026-01-01", "is before --since 2026-02-01"),
    (1, "token --data {empty}", "start one: poster up --data {empty}"),
]


@pytest.mark.parametrize(("ends", "line", "words"), _WRONG)
def test_it_is_refused_in_words(ends: int, line: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("# no prices")
    (tmp_path / "empty").mkdir()
    places = {name: str(tmp_path / name) for name in ("missing", "file", "empty")}
    given = [each.format_map(places) for each in line.split()]
    if given[0] == "gallery":
        given += ["--out", str(tmp_path / "gallery")]

    status, text = poster(*given)

    assert (status, words.format_map(places) in text) == (ends, True), text
    assert "Value error" not in text
    assert re.search(r": poster [^\n]+\n$", text), f"no whole command at its end: {text}"


@pytest.mark.parametrize(("ends", "line"), [(1, "token"), (2, "season scaling --since May")])
def test_with_json_a_refusal_is_an_object_on_standard_error(
    ends: int, line: str, tmp_path: Path
) -> None:
    ran = run(*line.split(), "--data", str(tmp_path), "--json")

    told = json.loads(ran.stderr.splitlines()[-1])
    assert (ran.returncode, told["status"], ran.stdout) == (ends, ends, "")
    assert ": poster " in told["error"]


def test_what_the_system_refuses_is_one_sentence() -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123 - no file
        ran = run("cost", "idle", stdout=full)

    assert ran.returncode == 1
    assert ran.stderr == "No space left on device; again: poster cost idle\n"


def test_log_lines_have_the_time_of_all_other_words() -> None:
    code = (
        "from cli.frame import _log_to_people; from shared.observability import log\n"
        "_log_to_people(); log.logger().info('season.planning', by='anna')"
    )
    ran = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert re.match(r"20\d\d-\d\d-\d\dT[\d:]{8}\+08:00 \[info", ran.stderr), ran.stderr


def run(*words: str, stdout: int | IO[str] = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "cli", *words],
        cwd=ROOT, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_a_wrong_setting_of_the_rules_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("POSTER_DAYS", "long")

    status, text = poster("lifecycle", "--out", str(tmp_path))

    assert status == 2
    assert "POSTER_DAYS" in text
    assert list(tmp_path.iterdir()) == []

"""The zips that chaos deploys: what was built, with shortened pauses and stand-ins in it."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from tests.architecture.source_files import ROOT
from tools.chaos.hastening import NameGoneError, Pause, hasten_zip, pauses, rebound
from tools.chaos.life import VARIABLE, Life

if TYPE_CHECKING:
    from pathlib import Path

_FILES = {
    "submit_trip.py": "from functions.submit_trip.handler import handler as handler\n",
    "six.py": "WORD = 1\n",
    "functions/submit_trip/handler.py": "from shared.lists.waiting import SECONDS\n\n\n"
    "def handler(_event, _context):\n    return SECONDS\n",
    "shared/lists/waiting.py": "FIRST, SECONDS = 1, 60\nTWICE = 2 * SECONDS\n",
    "shared/lists/__pycache__/waiting.cpython-310.pyc": "old",
    "shared/lists/__pycache__/other.cpython-310.pyc": "kept",
}
_LIFE = Life(
    data="", number=1, port=0, seed="7", share=0.2, deadly=0.0, pictures="small", grace=1.0,
    skew=8.0, retire=1.0, deployed=True, settings={},
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("SECONDS = 60\nTWICE = 2 * SECONDS\n", {"TWICE": 4}),
        ("SECONDS: float = 60.0\n", {}),
        ("FIRST, SECONDS = 1, 60\n", {"FIRST": 1}),
        ("from math import pi as SECONDS\n", {}),
        ("SECONDS = 1\nSECONDS = 60\n", {}),
    ],
)
def test_a_name_has_its_new_value_from_where_it_is_bound(
    text: str, kept: dict[str, object]
) -> None:
    found: dict[str, object] = {}
    exec(rebound(text, "SECONDS", 2), found)  # noqa: S102 - the text is above

    assert {name: found[name] for name in ("SECONDS", *kept)} == {"SECONDS": 2, **kept}


def test_a_pause_may_be_a_time_span() -> None:
    found: dict[str, object] = {}
    exec(rebound("QUIET = None\n", "QUIET", timedelta(seconds=1.5)), found)  # noqa: S102

    assert found["QUIET"] == timedelta(seconds=1.5)


def test_a_name_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(NameGoneError, match=r"shared\.lists\.waiting has no MINUTES"):
        _hastened(tmp_path, ("shared.lists.waiting", "MINUTES", 1))
    with pytest.raises(NameGoneError, match="has no SECONDS"):
        rebound("def wait(SECONDS=60):\n    SECONDS = 1\n", "SECONDS", 2)


def test_the_product_has_all_names_that_are_hastened() -> None:
    for module, name, value in pauses(30.0):
        text = (ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8")
        assert rebound(text, name, value) != text


def test_no_compiled_file_stands_for_a_changed_source(tmp_path: Path) -> None:
    with ZipFile(_hastened(tmp_path, ("shared.lists.waiting", "SECONDS", 2))) as packed:
        names = packed.namelist()

        assert "shared/lists/__pycache__/waiting.cpython-310.pyc" not in names
        assert packed.read("shared/lists/__pycache__/other.cpython-310.pyc") == b"kept"
        assert packed.read("six.py") == _FILES["six.py"].encode()
        assert len(names) == len(set(names))


def test_a_function_enters_chaos_first_and_has_the_shortened_pause(tmp_path: Path) -> None:
    copy = _hastened(tmp_path, ("shared.lists.waiting", "SECONDS", 2))
    with ZipFile(copy) as packed:
        packed.extractall(tmp_path / "code")
    # The product's own modules that chaos reaches for are in a real zip.
    adapters = tmp_path / "code" / "shared" / "adapters"
    _write(adapters / "system_clock.py", "class SystemClock: ...")
    _write(adapters / "oss_object_store.py", "class OssObjectStore: get = read_range = None")
    life = tmp_path / "life.json"
    Life(**{**vars(_LIFE), "data": str(tmp_path)}).write()
    asked = (
        "import sys; sys.path.insert(0, sys.argv[1]); import submit_trip;"
        "from shared.adapters import system_clock;"
        "print(submit_trip.handler(b'', None), system_clock.SystemClock.__name__)"
    )
    ran = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-I", "-S", "-c", asked, str(tmp_path / "code")],
        env={VARIABLE: str(life)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ran.stdout.split() == ["2", "Shifted"], ran.stderr


def test_clocks_are_off_by_the_skew_at_most_and_by_nothing_in_the_calm() -> None:
    offsets = [_LIFE.offset(name) for name in ("submit_trip", "sweep_jobs", "store_result")]

    assert len(set(offsets)) == len(offsets)
    assert max(abs(each) for each in offsets) <= timedelta(seconds=_LIFE.skew)
    assert Life(**{**vars(_LIFE), "share": 0.0}).offset("submit_trip") == timedelta(0)


def test_a_zip_without_functions_stays_as_it_is(tmp_path: Path) -> None:
    source, copy = tmp_path / "studio.zip", tmp_path / "copy.zip"
    with ZipFile(source, "w") as packed:
        packed.writestr("studio/app.py", "print()")
    hasten_zip(source, copy, [("shared.lists.waiting", "SECONDS", 2)])
    with ZipFile(copy) as packed:
        assert packed.namelist() == ["studio/app.py"]


def _hastened(folder: Path, *wanted: Pause) -> Path:
    source, copy = folder / "built.zip", folder / "copy.zip"
    with ZipFile(source, "w") as packed:
        for name, text in _FILES.items():
            packed.writestr(name, text)
    hasten_zip(source, copy, wanted)
    return copy


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")

"""Cold starts out of a zip beside the checkout's: both run what they say they run."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from cli.rollout.wanted import WantedFunction
from local.cloud.fc.interpreters import NoInterpreterError, interpreter
from local.cloud.fc.runtime import FunctionFailedError
from tools.bench.deployed_starts import measured

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = "ballast = [b'x' * 1024 * 1024 for _ in range(200)]\ndef handler(event, context): ...\n"


@pytest.fixture(name="runtime")
def _runtime() -> str:
    try:
        interpreter("python3.10")
    except NoInterpreterError as error:
        pytest.skip(str(error))
    return "python3.10"


def function(folder: Path, runtime: str, code: str) -> WantedFunction:
    packed = folder / "code.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("list_styles.py", code)
    config = {"runtime": runtime, "handler": "list_styles.handler", "memorySize": 512}
    return WantedFunction("trip-poster-list_styles", config, packed)


@pytest.mark.slow
def test_the_zips_code_is_measured_and_the_checkouts_handler(tmp_path: Path, runtime: str) -> None:
    [(name, zipped, here)] = measured([function(tmp_path, runtime, HEAVY)], tmp_path / "made", 3)
    assert name == "list_styles"
    assert zipped.mb > 200 > here.mb > 10
    assert zipped.ms > 0
    assert here.ms > 0
    assert not (tmp_path / "made" / "code").exists()


def test_a_zip_whose_handler_is_missing_is_not_measured(tmp_path: Path, runtime: str) -> None:
    wanted = function(tmp_path, runtime, "def another(event, context): ...\n")
    with pytest.raises(FunctionFailedError, match="HandlerNotFound"):
        next(measured([wanted], tmp_path / "made", 1))

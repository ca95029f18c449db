"""`python -m local models`: a running stack's models retired, throttled, offered again."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from local import keys
from local.__main__ import main
from local.dashscope.app import create_dashscope_app
from local.dashscope.state import DashScopeState
from local.data_folder import held
from local.one_process import address_file
from local.serving import LoopbackServer
from shared.models.catalogue import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "wan2.6-t2i"


@pytest.fixture(name="state")
def _state(tmp_path: Path) -> Iterator[DashScopeState]:
    state = DashScopeState(tmp_path / "dashscope", paint=lambda *_: b"")
    app = create_dashscope_app(state, api_key=keys.DASHSCOPE_KEY)
    with (
        LoopbackServer(app) as server,
        held(tmp_path),
        address_file(tmp_path, {"dashscope": server.url}, {}),
    ):
        yield state
    state.close()


def test_a_model_is_retired_throttled_and_offered_again(
    state: DashScopeState, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(*arguments: str) -> str:
        assert main(["models", NAME, "--data", str(tmp_path), *arguments]) == 0
        return capsys.readouterr().out.strip()

    assert told() == f"{NAME}  offered"
    assert told("--retire") == f"{NAME}  not offered"
    assert not state.models.fails_tasks(NAME)
    assert told("--fail") == f"{NAME}  not offered"
    assert state.models.fails_tasks(NAME)
    assert told("--restore") == f"{NAME}  offered"
    assert told("--shrink", "0.25") == f"{NAME}  25% throttled"
    soon = datetime.now(timezone.utc).date() + timedelta(days=30)
    assert told("--announce", soon.isoformat()) == f"{NAME}  0% throttled"
    kept = json.loads((tmp_path / "dashscope" / "models.json").read_text())
    assert kept[NAME]["retires_at"] > kept[NAME]["announced_at"]


@pytest.mark.usefixtures("state")
def test_without_a_name_all_are_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "--data", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[0] for line in lines} == {each.name for each in catalogue().models}


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["wan9"], "wan9 is not on the list"),
        (["wan9", "--retire"], "wan9 is not on the list"),
        (["--retire"], "name the model to change"),
        ([NAME, "--shrink", "2"], "less than or equal to 1"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "--data", str(tmp_path), *arguments]) == 2
    assert words in capsys.readouterr().out


def test_without_a_stack_the_command_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "--data", str(tmp_path)]) == 2
    assert "no stack is running" in capsys.readouterr().out

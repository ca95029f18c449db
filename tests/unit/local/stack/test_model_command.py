"""`poster models`: a running stack's models retired, throttled, offered again."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from local.cloud.dashscope.app import create_dashscope_app
from local.cloud.identity import keys
from local.cloud.serving import LoopbackServer
from local.data_folder import held
from local.models.played import played
from local.one_process import address_file
from shared.models.catalogue import catalogue
from tests.fakes.poster import poster

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.cloud.dashscope.state import DashScopeState

NAME = "wan2.6-t2i"


@pytest.fixture(name="state")
def _state(tmp_path: Path) -> Iterator[DashScopeState]:
    state = played(tmp_path / "dashscope", paint=lambda *_: b"")
    app = create_dashscope_app(state, api_key=keys.DASHSCOPE_KEY)
    with (
        LoopbackServer(app) as server,
        held(tmp_path),
        address_file(tmp_path, {"dashscope": server.url}, {}),
    ):
        yield state
    state.close()


def models(folder: Path, *arguments: str) -> tuple[int, str]:
    return poster("models", *arguments, "--data", str(folder))


def test_a_model_is_retired_throttled_and_offered_again(
    state: DashScopeState, tmp_path: Path
) -> None:
    def told(*arguments: str) -> str:
        status, text = models(tmp_path, NAME, *arguments)
        assert status == 0
        return text.strip()

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
def test_without_a_name_all_are_told_of(tmp_path: Path) -> None:
    status, text = models(tmp_path)
    assert status == 0
    names = {line.split()[0] for line in text.splitlines()}
    assert names == {each.name for each in catalogue().models}


@pytest.mark.usefixtures("state")
@pytest.mark.parametrize(
    ("arguments", "words", "ends"),
    [
        (["wan9"], "wan9 is not on the list", 1),
        (["wan9", "--retire"], "wan9 is not on the list", 1),
        (["--retire"], "name the model and one change", 2),
        ([NAME, "--retire", "--restore"], "name the model and one change", 2),
        ([NAME, "--shrink", "2"], "less than or equal to 1", 2),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str], words: str, ends: int, tmp_path: Path
) -> None:
    status, text = models(tmp_path, *arguments)
    assert status == ends
    assert words in text
    helps = f"poster models --data {tmp_path}" if ends == 1 else "poster models --help"
    assert text.endswith(f"see: {helps}\n")


def test_without_a_stack_the_command_says_how_to_start_one(tmp_path: Path) -> None:
    status, text = models(tmp_path)
    assert status == 1
    assert f"start one: poster up --data {tmp_path}" in text

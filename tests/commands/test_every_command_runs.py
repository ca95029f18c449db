"""Each command line of the pages, against one local stack (`make check-commands`; minutes)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.commands import lists
from tests.commands.clone import Clone, running
from tests.commands.pages import Command, commands

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow
_SHOWN = [each for each in commands() if not lists.reason(each.text)]
# What is run for several commands is run once.
_RUN = list({lists.shorter(each.text): each for each in reversed(_SHOWN)}.values())[::-1]
_STATUS = re.compile(r"^(?:HTTP/1\.1 )?(\d{3})\b", re.MULTILINE)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    yield from running(tmp_path_factory.mktemp("clone") / "project")


@pytest.mark.parametrize("command", _RUN, ids=lambda each: f"{each.page}: {each.text[:70]}")
def test_it_does_what_its_page_says(command: Command, clone: Clone) -> None:
    if (
        re.search(r"season (start|pause|stop)", command.text)
        and not clone.variables["CAMPAIGN_IS_OPEN"]
    ):
        pytest.skip("no campaign's window is open today")
    ran = clone.run(lists.shorter(command.text))

    said = f"{ran.stdout[-2000:]}\n{ran.stderr[-2000:]}"
    assert ran.returncode == (2 if command.text in lists.USAGE else 0), said
    assert "Traceback" not in said
    if command.text.startswith("curl"):
        _assert_status(command, ran.stdout)
    if " demo" in command.text:
        assert (clone.folder / ran.stdout.splitlines()[-1]).suffix == ".png", said
        assert (clone.folder / ran.stdout.splitlines()[-1]).is_file(), said
    if command.text.startswith("cp comfyui/styles/"):
        _rename_style(clone)


def _assert_status(command: Command, printed: str) -> None:
    """Hold the answers against the status that the remark names, else against a refusal."""
    statuses, named = _STATUS.findall(printed), re.search(r"\b[1-5]\d\d\b", command.remark)
    if named:
        assert named[0] in statuses, printed
    else:
        assert [status for status in statuses if status >= "500"] == [], printed


def _rename_style(clone: Clone) -> None:
    """Do what the page says next: give the copied style its own id."""
    path = clone.folder / "comfyui" / "styles" / "riso.json"
    copied = {**json.loads(path.read_bytes()), "id": "riso", "offered": False}
    path.write_text(json.dumps(copied, ensure_ascii=False, indent=2), "utf-8")

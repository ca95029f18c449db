"""Every command says what it does, what its options mean, and shows a line that would be taken."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from typer.core import TyperOption
from typer.main import get_command

from cli.app import app
from tests.architecture.source_files import ROOT
from tests.commands.poster_lines import unknown_in
from tests.fakes.poster import poster
from tools.write_docs.commands_page import commands, example_of

if TYPE_CHECKING:
    from typer._click import Command

COMMANDS = dict(commands(get_command(app)))


def test_there_are_all_commands() -> None:
    assert len(COMMANDS) > 50


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_help_and_an_example_that_is_one(name: str) -> None:
    command = COMMANDS[name]
    example = example_of(command)

    assert (command.help or "").endswith((".", "printed."))
    assert example.startswith(name)
    assert unknown_in(example) == ""
    assert [option.name for option in _options(command) if not option.help] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_the_example_whole_however_narrow_the_terminal(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "50")

    status, text = poster(*name.split()[1:], "--help")

    assert status == 0
    assert f"Example: {example_of(COMMANDS[name])}" in text


@pytest.mark.parametrize("width", ["40", "60", "61", "80"])
def test_help_breaks_no_path_and_no_word(width: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", width)

    text = poster("preflight", "-h")[1]

    assert f"{ROOT / 'comfyui' / 'workflows'}]" in text
    assert f"{ROOT / 's.yaml'}]" in text


def test_the_version_is_that_of_the_bundle() -> None:
    assert poster("--version") == (0, f"poster {_version()}\n")


@pytest.mark.parametrize("name", ["job", "queue", "cost"])
def test_a_group_cuts_no_command_s_words(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")

    text = poster(name, "--help")[1]

    assert "..." not in text.partition("Commands:")[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_its_example_is_parsed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    command = COMMANDS[name]
    words = shlex.split(example_of(command))[len(name.split()) :]

    assert command.make_context(name, words).args == []


def test_the_exit_statuses_are_told_once() -> None:
    text = poster("--help")[1]

    for status in ("  0    done", "  1    refused", "  2    the command line", "  130  "):
        assert status in text


def test_help_comes_without_loading_what_does_the_work() -> None:
    """What is imported is counted, for seconds depend on the machine."""
    code = "import sys, cli.app; print(len(sys.modules)); print(*sys.modules)"
    ran = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    count, _, names = ran.stdout.partition("\n")

    heavy = {
        "pydantic",
        "numpy",
        "PIL",
        "requests",
        "rich",
        "structlog",
        "oss2",
        "shared.core.errors",
    }
    assert heavy & set(names.split()) == set()
    assert int(count) < 450


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_shell_completes_commands_offline(shell: str) -> None:
    asked = {
        "_POSTER_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": "poster job re",
        "COMP_CWORD": "2",
        "_TYPER_COMPLETE_ARGS": "poster job re",
    }
    code = "from cli.app import main; main()"
    ran = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=asked,
        capture_output=True,
        text=True,
        check=True,
    )

    assert [name for name in ("retry", "repaint", "review") if name not in ran.stdout] == []


@pytest.mark.parametrize(
    "words", [["make-nothing"], ["job"], ["job", "show"], ["job", "show", "x", "--nothing"]]
)
def test_what_is_not_understood_ends_with_2(words: list[str]) -> None:
    assert poster(*words)[0] == 2


def _options(command: Command) -> list[TyperOption]:
    return [each for each in command.params if isinstance(each, TyperOption)]


def _version() -> str:
    return json.loads((ROOT / "openapi.json").read_text("utf-8"))["info"]["version"]  # type: ignore[no-any-return]

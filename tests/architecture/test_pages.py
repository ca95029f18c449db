"""The pages hang together: links and anchors, commands, both languages, the site, their length."""

from __future__ import annotations

import importlib
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.source_files import ROOT

DOCS = ROOT / "docs"
_PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
# What is counted over the whole folder is what somebody who reads all of it has before them.
_MOST_WORDS = 20_000
_MOST_WORDS_OF_README = 400
_FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _links(page: Path) -> list[str]:
    text = _FENCE.sub("", page.read_text("utf-8"))
    return [link for link in _LINK.findall(text) if not re.match(r"https?://|mailto:", link)]


def _anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub and the site make them."""
    text = _FENCE.sub("", page.read_text("utf-8"))
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(text))
    return {each.strip().replace(" ", "-") for each in words}


def _is_lost(link: str, page: Path) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return not target.exists() or bool(anchor and anchor not in _anchors(target))


@pytest.mark.parametrize("page", _PAGES, ids=_name)
def test_links_and_their_anchors_lead_somewhere(page: Path) -> None:
    assert [link for link in _links(page) if _is_lost(link, page)] == []


def test_a_lost_anchor_is_noticed() -> None:
    page = DOCS / "start" / "questions.md"
    assert not _is_lost("../how-to/runbook.md#many-jobs-fail", page)
    assert _is_lost("../how-to/runbook.md#no-such-entry", page)
    assert _is_lost("../how-to/no-such-page.md", page)


def test_pages_link_to_pages_alone_so_that_the_site_has_them() -> None:
    links = [(_name(page), link) for page in DOCS.rglob("*.md") for link in _links(page)]
    outside = [
        each
        for each in links
        if not (ROOT / each[0]).parent.joinpath(each[1].partition("#")[0]).resolve()
        .is_relative_to(DOCS)
    ]  # fmt: skip
    assert outside == [], "name files outside docs/ as code"


def test_all_pages_together_can_be_read() -> None:
    files = [path for path in DOCS.rglob("*") if path.is_file() and path.suffix != ".jpg"]
    words = sum(len(path.read_bytes().split()) for path in files)
    assert words <= _MOST_WORDS
    for page in ROOT.glob("README*.md"):
        assert len(page.read_text("utf-8").split()) <= _MOST_WORDS_OF_README


def test_every_page_lies_in_one_of_the_four_parts_and_in_the_site() -> None:
    site = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), _SiteLoader)  # noqa: S506 - our own
    pages = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    assert set(_leaves(site["nav"])) == pages
    parts = {page.partition("/")[0] for page in pages}
    assert parts == {"index.md", "start", "how-to", "reference", "explanation"}


class _SiteLoader(yaml.SafeLoader):
    """Reads mkdocs.yml, whose tags for Python name functions of its own packages."""


_SiteLoader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)


def _leaves(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node]
    below = node.values() if isinstance(node, dict) else node
    return [leaf for each in below for leaf in _leaves(each)]


def _answers(page: Path) -> list[str]:
    rows = [line.split(" | ") for line in page.read_text("utf-8").splitlines() if " | " in line]
    return [row[1] for row in rows[2:]]


def test_every_question_has_one_answer_a_page_or_a_command() -> None:
    answers = _answers(DOCS / "start" / "questions.md")
    assert len(answers) >= 10
    for answer in answers:
        links, commands = _LINK.findall(answer), _CODE.findall(answer)
        assert len(links) + len(commands) == 1, answer
        assert all(command.split()[0] in {"poster", "make"} for command in commands), answer


def _same_in(page: Path) -> list[str]:
    """Return what a page and its translation share: where answers lead, and what is typed."""
    text = page.read_text("utf-8").replace(".zh.md", ".md")
    typed = [re.sub(r" +#.*", "", block) for block in _BLOCK.findall(text)]
    leads = [link for link in _LINK.findall(text) if not link.startswith("https")]
    return [*sorted(set(leads)), *typed]


@pytest.mark.parametrize("name", ["README", "docs/start/questions", "docs/start/first-poster"])
def test_the_chinese_page_is_in_step(name: str) -> None:
    english, chinese = ROOT / f"{name}.md", ROOT / f"{name}.zh.md"
    if "questions" in name:
        plain = [[re.sub(r"\[.+?\]", "", each) for each in _answers(p)] for p in (english, chinese)]
        assert [each.replace(".zh.md", ".md") for each in plain[1]] == plain[0]
    else:
        leads = {"first-poster.md", "../how-to/deploy.md", "README.md"}
        found = [[x for x in _same_in(page) if x not in leads] for page in (english, chinese)]
        assert found[0] == found[1]


def test_the_chinese_deployment_goes_through_the_same_chapters() -> None:
    deploy = DOCS / "how-to" / "deploy.md"
    chapters = [each for each in _HEADING.findall(deploy.read_text("utf-8")) if each[0].isdigit()]
    chinese = _LINK.findall((DOCS / "how-to" / "deploy.zh.md").read_text("utf-8"))
    followed = [link.partition("#")[2] for link in chinese if link.startswith("deploy.md#")]
    assert [anchor.partition("-")[0] for anchor in followed] == [
        chapter.partition(".")[0] for chapter in chapters
    ]


def _commands() -> dict[str, str]:
    """Return the pages' `poster` command lines, with the page that shows each first."""
    found: dict[str, str] = {}
    for page in _PAGES:
        text = page.read_text("utf-8")
        lines = [line for block in _BLOCK.findall(text) for line in block.splitlines()]
        for code in [*lines, *_CODE.findall(_FENCE.sub("", text))]:
            for typed in re.findall(r"(?:^|\$\()\s*(poster [^#\n|;)]+)", code):
                if "…" not in typed:
                    found.setdefault(typed.strip().strip('"'), _name(page))
    return found


def _poster() -> Any:
    """Return the command `poster`, as its parser has it."""
    application = importlib.import_module("cli.app").app
    return importlib.import_module("typer.main").get_command(application)


def _refusal(words: list[str]) -> str:
    """Return why the command `poster` does not understand these words, "" if it does."""
    command, rest = _poster(), list(words)
    while rest and not rest[0].startswith("-") and hasattr(command, "commands"):
        name = rest.pop(0)
        if name not in command.commands:
            return f"no command {name}"
        command = command.commands[name]
    # A name alone speaks of the command; what stands behind one has to be understood.
    return _misunderstood(command, rest) if rest else ""


def _misunderstood(command: Any, rest: list[str]) -> str:
    errors = importlib.import_module("typer._click.exceptions")
    try:
        command.make_context(command.name, rest)
    except errors.UsageError as error:
        said = str(error.format_message())
        # A file that the page has made before, or that is the reader's.
        return "" if "does not exist" in said else said
    except importlib.import_module("typer").Exit:
        pass
    return ""


def test_every_command_of_the_pages_is_understood() -> None:
    pytest.importorskip("cli.app", reason="the command `poster` is not part of this tree")
    refused = {
        f"{page}: {typed}": why
        for typed, page in _commands().items()
        if (why := _refusal(shlex.split(typed)[1:]))
    }
    assert refused == {}


def test_every_command_has_its_place_in_the_reference() -> None:
    pytest.importorskip("cli.app", reason="the command `poster` is not part of this tree")
    page = (DOCS / "reference" / "cli.md").read_text("utf-8")
    assert [name for name in _names(_poster(), "poster") if name not in page] == []


def _names(command: Any, path: str) -> list[str]:
    below = getattr(command, "commands", None)
    if below is None:
        return [path]
    return [name for each, sub in below.items() for name in _names(sub, f"{path} {each}")]

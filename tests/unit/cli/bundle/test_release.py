"""A release: what refuses it, what it leaves behind, and that an interrupted one goes on."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import date
from typing import TYPE_CHECKING

import pytest

from cli.bundle.release import _PLACES, Place
from cli.bundle.staging import Built
from cli.frame import ROOT
from shared.core.release import RELEASE
from tests.fakes.poster import poster, poster_json

if TYPE_CHECKING:
    from pathlib import Path

_FILES = {
    "pyproject.toml": '[project]\nversion = "0.1.0"\n\n[tool.x]\nversion = "9"\n',
    "shared/core/release.py": 'RELEASE = "0.1.0"\n',
    "openapi.json": '{"openapi": "3.1.0", "info": {"version": "0.1.0"}}\n',
    "CHANGELOG.md": "# Changelog\n\n## Unreleased\n\n- A thing.\n\n## 0.1.0 - 2026-01-01\n",
    ".gitignore": ".build/\n",
}


class Checkout:
    """A repository of its own; `breaks` is what a build raises."""

    def __init__(self, root: Path) -> None:
        self.root, self.out, self.breaks = root, root / ".build", False
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "A")
        self.git("config", "user.email", "a@example.com")
        for name, text in _FILES.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        self.git("add", ".")
        self.git("commit", "-qm", "All")
        self.git("tag", "v0.1.0")

    def git(self, *words: str) -> str:
        return subprocess.run(  # noqa: S603 - git, with words of this file
            ("git", *words),  # noqa: S607
            cwd=self.root,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def built(self, out: Path) -> list[Built]:
        if self.breaks:
            raise RuntimeError
        out.mkdir(exist_ok=True)
        path = out / "a.zip"
        path.write_bytes(b"zip")
        return [Built(path, hashlib.sha256(b"zip").hexdigest(), 3, 3, 1)]

    @property
    def place(self) -> Place:
        return Place(self.root, date(2026, 2, 3), self.built)

    def release(self, *words: str) -> tuple[int, str]:
        return poster("release", *words, "--out", str(self.out), given=self.place)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_a_release_is_a_commit_an_annotated_tag_and_zips_with_digests(checkout: Checkout) -> None:
    status, words = checkout.release("0.2.0")

    assert status == 0, words
    assert "git push origin main v0.2.0 && s deploy -y" in words
    assert 'version = "0.2.0"' in checkout.git("show", "v0.2.0:pyproject.toml")
    assert 'version = "9"' in checkout.git("show", "v0.2.0:pyproject.toml")
    assert checkout.git("show", "v0.2.0:shared/core/release.py") == 'RELEASE = "0.2.0"\n'
    assert '"version": "0.2.0"' in checkout.git("show", "v0.2.0:openapi.json")
    assert checkout.git("show", "v0.2.0:CHANGELOG.md").startswith(
        "# Changelog\n\n## Unreleased\n\n## 0.2.0 - 2026-02-03\n\n- A thing.\n\n## 0.1.0"
    )
    assert checkout.git("cat-file", "-t", "v0.2.0") == "tag\n"
    assert checkout.git("status", "--porcelain") == ""
    digest = hashlib.sha256(b"zip").hexdigest()
    assert (checkout.out / "SHA256SUMS").read_text() == f"{digest}  a.zip\n"


def test_every_place_of_the_version_says_the_same() -> None:
    found = [pattern.search((ROOT / name).read_text("utf-8")) for name, pattern in _PLACES.items()]

    told = [match[0].removeprefix(match[1]) if match else "" for match in found]
    assert told == [RELEASE] * len(_PLACES)


def test_a_dry_run_says_all_steps_and_does_none(checkout: Checkout) -> None:
    before = checkout.git("for-each-ref")

    told = poster_json(
        "release", "0.2.0", "--dry-run", "--out", str(checkout.out), given=checkout.place
    )

    assert [words.split()[0] for words in told["steps"]] == ["write", "commit", "tag", "build"]
    assert checkout.git("for-each-ref") == before
    assert checkout.git("status", "--porcelain") == ""
    assert not checkout.out.exists()


def test_what_was_interrupted_goes_on(checkout: Checkout) -> None:
    checkout.breaks = True
    with pytest.raises(RuntimeError):
        checkout.release("0.2.0")
    made = checkout.git("rev-parse", "HEAD")
    checkout.git("tag", "-d", "v0.2.0")

    checkout.breaks = False
    assert checkout.release("0.2.0")[0] == 0
    assert checkout.release("0.2.0")[0] == 0

    assert checkout.git("rev-parse", "HEAD") == made
    assert checkout.git("rev-parse", "v0.2.0^{commit}") == made
    assert (checkout.out / "SHA256SUMS").read_text().endswith("  a.zip\n")


def _refused(checkout: Checkout, version: str) -> str:
    before = checkout.git("for-each-ref")
    status, words = checkout.release(version)
    assert status == (2 if "is no version" in words else 1)
    assert "--help" not in words
    assert checkout.git("for-each-ref") == before
    return words


@pytest.mark.parametrize("name", ["new.txt", "pyproject.toml"])
def test_a_dirty_tree_is_refused(checkout: Checkout, name: str) -> None:
    (checkout.root / name).write_text("x")
    words = _refused(checkout, "0.2.0")
    assert name in words
    assert "git stash --include-untracked && poster release 0.2.0" in words


def test_another_branch_is_refused(checkout: Checkout) -> None:
    checkout.git("switch", "-qc", "mine")
    assert "this is mine: git switch main && poster release 0.2.0" in _refused(checkout, "0.2.0")


@pytest.mark.parametrize("version", ["0.1.0", "0.0.9", "0.2", "v0.2.0", "01.2.3"])
def test_a_version_that_is_none_or_not_above_is_refused(checkout: Checkout, version: str) -> None:
    (checkout.root / "pyproject.toml").write_text('version = "0.1.1"\n')
    checkout.git("commit", "-qam", "Next")
    assert "poster release 0.1.1" in _refused(checkout, version)


def test_versions_are_compared_as_numbers(checkout: Checkout) -> None:
    checkout.git("tag", "v0.9.0")
    checkout.git("tag", "v0.10.0")
    assert "poster release 0.10.1" in _refused(checkout, "0.9.1")


def test_a_changelog_without_a_line_is_refused(checkout: Checkout) -> None:
    text = _FILES["CHANGELOG.md"].replace("- A thing.\n", "### Changed\n")
    (checkout.root / "CHANGELOG.md").write_text(text)
    checkout.git("commit", "-qam", "None")
    assert "CHANGELOG.md && poster release 0.2.0" in _refused(checkout, "0.2.0")

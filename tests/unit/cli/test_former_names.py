"""For one version, what was removed says what it is called now."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from cli import former
from tests.architecture.source_files import ROOT
from tests.commands.poster_lines import unknown_in


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - ourselves
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("target", ["operate", "check-build", "bench-season"])
def test_a_removed_target_says_its_new_name(target: str) -> None:
    ran = run("make", target)

    assert ran.returncode == 2
    assert f"make {target} is now: {former._NOW[target]}" in ran.stderr


def test_an_unknown_target_is_said_to_be_none() -> None:
    ran = run("make", "nothing")

    assert ran.returncode == 2
    assert "make nothing is no target; make lists them" in ran.stderr


def test_the_former_module_says_its_new_names() -> None:
    ran = run(sys.executable, "-m", "local", "up")

    assert ran.returncode == 2
    assert "python -m local is now: poster demo, poster up" in ran.stderr


@pytest.mark.parametrize(
    ("module", "now"),
    [
        ("scripts.operate", "poster job show|retry JOB, poster queue status"),
        ("scripts.check_styles", "poster styles check"),
        ("scripts.write_docs.examples", "poster docs"),
        ("bench.bench_job", "poster bench job"),
        ("bench.bench_upload_forms", "poster bench upload-forms"),
        ("scripts.arguments", "no module; the commands: poster --help"),
    ],
)
def test_a_module_of_a_former_folder_says_its_new_name(module: str, now: str) -> None:
    ran = run(sys.executable, "-m", module, "--anything")

    assert ran.returncode == 2
    assert ran.stderr.startswith(f"python -m {module} is now: {now}")


@pytest.mark.parametrize("now", former._NOW.values())
def test_the_new_name_is_one(now: str) -> None:
    lines = [each for each in now.split(", ") if each.startswith("poster ")]
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

    assert lines or now.removeprefix("make ") in targets
    for line in lines:
        group, _, names = line.partition("|")
        assert unknown_in(group) == "", line
        before = " ".join(group.split()[:2])
        for name in re.findall(r"[a-z]+", names.partition(" ")[0]):
            assert unknown_in(f"{before} {name}") == "", line

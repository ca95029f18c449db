"""Each import contract of pyproject.toml holds today, and breaks when it is violated."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.architecture.source_files import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_RUN = "from importlinter.cli import lint_imports_command; lint_imports_command()"
_CONTRACT = re.compile(r'^name = "(?P<name>.+)"$', re.MULTILINE)


@dataclass(frozen=True)
class Violation:
    """A line added to a file (a new one where there is none), and the contract it breaks."""

    contract: str
    file: str
    line: str


_FOLDERS = "Tools stand on commands, these on the local stack, it on functions and library"
_LOCAL = "In the local stack, what is shown stands on what runs, this on the cloud's stand-ins"
_CLOUD = "The cloud's stand-ins know each other's rights, and no more"
_TOOLS = "Tools do not know each other, but for what is measured and what is drawn"
_VIOLATIONS = {
    "the library imports a function": Violation(
        "Tools stand on commands, these on the local stack, it on functions and library",
        "shared/observability/log.py",
        "import functions.submit_trip.schema",
    ),
    "a function imports the local stack": Violation(
        "Tools stand on commands, these on the local stack, it on functions and library",
        "functions/submit_trip/handler.py",
        "import local.cloud.identity.keys",
    ),
    "the local cloud imports the library": Violation(
        "The local cloud knows nothing of posters",
        "local/cloud/dashscope/models.py",
        "import shared.models.catalogue",
    ),
    "the local cloud reaches the painter on a detour": Violation(
        "The local cloud knows nothing of posters",
        "local/cloud/serving.py",
        "import local.painter.painting",
    ),
    "the studio reaches what is stored": Violation(
        "The studio knows the public API, its own settings, and nothing of what is stored",
        "studio/offers.py",
        "import shared.bootstrap",
    ),
    "what renders the studio's pages knows a page": Violation(
        "In the studio, pages stand on what guards, asks and renders",
        "studio/rendering.py",
        "import studio.pages.wall",
    ),
    "one function imports another": Violation(
        "Functions do not know each other",
        "functions/read_job/use_case.py",
        "import functions.submit_trip.schema",
    ),
    "a use case imports its handler": Violation(
        "Inside a function, the handler knows the use case, which knows the rest",
        "functions/drain_queue/use_case.py",
        "import functions.drain_queue.handler",
    ),
    "a function has a module without a place": Violation(
        "Inside a function, the handler knows the use case, which knows the rest",
        "functions/read_job/extra.py",
        "SURPRISE = 1",
    ),
    "a lower room imports a higher one": Violation(
        "Inside the library, imports point inward",
        "shared/trips/facts.py",
        "import shared.jobs.record",
    ),
    "the library has a module without a place": Violation(
        "Inside the library, imports point inward",
        "shared/extra.py",
        "SURPRISE = 1",
    ),
    "a use case imports an adapter": Violation(
        "Use cases know ports, never adapters, settings or the edge",
        "functions/read_job/use_case.py",
        "import shared.adapters.bucket_job_store",
    ),
    "a use case reaches an adapter on a detour": Violation(
        "Use cases know ports, never adapters, settings or the edge",
        "shared/jobs/moving.py",
        "from shared import bootstrap",
    ),
    "a handler imports an adapter": Violation(
        "Adapters are reached through bootstrap alone",
        "functions/read_job/handler.py",
        "import shared.adapters.system_clock",
    ),
    "the job records import requests": Violation(
        "Vendor SDKs stay in the adapters",
        "shared/jobs/record.py",
        "import requests",
    ),
    "a handler imports a vendor": Violation(
        "Vendor SDKs stay in the adapters",
        "functions/store_result/handler.py",
        "import oss2",
    ),
    "the local stack imports a command": Violation(
        _FOLDERS, "local/demo.py", "import cli.cost.forecast"
    ),
    "a command imports a tool": Violation(
        _FOLDERS, "cli/cost/forecast.py", "import tools.chaos.rules"
    ),
    "the decoding of events imports what answers them": Violation(
        "At the edge, those who answer know what was asked",
        "shared/edge/events/objects.py",
        "import shared.edge.entrypoint",
    ),
    "the painter imports the stack": Violation(
        _LOCAL, "local/painter/noise.py", "import local.stack"
    ),
    "a service imports the stack that runs it": Violation(
        _LOCAL, "local/cloud/eas/queue.py", "import local.stack"
    ),
    "the local stack has a module without a place": Violation(
        _LOCAL, "local/extra.py", "SURPRISE = 1"
    ),
    "the queue imports the object storage": Violation(
        _CLOUD, "local/cloud/eas/queue.py", "import local.cloud.oss.store"
    ),
    "the cloud has a service without a place": Violation(
        _CLOUD, "local/cloud/extra.py", "SURPRISE = 1"
    ),
    "one command imports another": Violation(
        "Commands do not know each other", "cli/operate/dead.py", "import cli.cost.forecast"
    ),
    "a tool imports another": Violation(
        _TOOLS, "tools/gallery/page.py", "import tools.chaos.rules"
    ),
    "two modules go in a circle": Violation(
        "Nothing goes in circles", "shared/quality/masks.py", "import shared.quality.gate"
    ),
}


def _check(folder: Path) -> tuple[int, str]:
    """Run import-linter on the copy; return its exit status and its words."""
    widely = {"PYTHONPATH": str(folder), "COLUMNS": "200"}
    environment = {**os.environ, **widely}  # noqa: TID251 - of the child process
    ran = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", _RUN, "--no-cache", "--no-logo"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return ran.returncode, ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    for room in ("cli", "client", "functions", "local", "shared", "studio", "tools"):
        ignored = shutil.ignore_patterns("__pycache__", "fonts", "*.json")
        shutil.copytree(ROOT / room, folder / room, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_code_keeps_every_contract(copy: Path) -> None:
    status, words = _check(copy)
    assert status == 0, words
    assert "0 broken" in words


@pytest.mark.slow
@pytest.mark.parametrize("name", _VIOLATIONS)
def test_a_contract_breaks_when(name: str, copy: Path) -> None:
    violation = _VIOLATIONS[name]
    file = copy / violation.file
    before = file.read_text("utf-8") if file.exists() else None
    file.write_text(f"{before or ''}\n{violation.line}\n", "utf-8")
    try:
        status, words = _check(copy)
    finally:
        file.unlink() if before is None else file.write_text(before, "utf-8")
    broken = re.findall(r"^(.*) BROKEN\b", words, re.MULTILINE)
    assert status != 0, f"nothing was broken:\n{words}"
    assert violation.contract in broken, words


def test_every_contract_has_been_seen_to_break() -> None:
    declared = (ROOT / "pyproject.toml").read_text("utf-8").split("[tool.importlinter]")[1]
    contracts = {match["name"] for match in _CONTRACT.finditer(declared)}
    assert contracts
    assert contracts == {violation.contract for violation in _VIOLATIONS.values()}

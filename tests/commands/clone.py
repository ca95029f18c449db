"""A copy of the project in which `make up` runs, and a shell in it, as the pages want one."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from local.client import CarApp
from local.one_process import SETTINGS, read_addresses
from local.own_keys import load_keys
from shared.seasons.calendar import calendar
from shared.trips.moments import SHANGHAI
from tests.architecture.source_files import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

# With these a make within a make says where it is.
_MAKE = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
_LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", ".local", ".build", ".*cache", "__pycache__")
_START_SECONDS, _COMMAND_SECONDS = 120.0, 300.0
_EXAMPLE_JOB = "j4kq2v7mzc5xw3apn6ydbe2hrt7uf5sg"


@dataclass(frozen=True)
class Clone:
    """The copy's folder, the shell's variables, and a driver of the running stack."""

    folder: Path
    variables: dict[str, str]
    app: CarApp

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command line as the shell of somebody who works on the copy would."""
        return subprocess.run(  # noqa: S603 - what the project's own pages say
            ["bash", "-c", f"set -o pipefail; {self._filled(command)}"],  # noqa: S607
            cwd=self.folder,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=_COMMAND_SECONDS,
        )

    def _filled(self, command: str) -> str:
        """Put the running stack's address and a real job in the place of the page's."""
        command = re.sub(r"https://(\$DOMAIN|posters\.example\.com)", self.app.url, command)
        command = command.replace("http://127.0.0.1:PORT", self.app.url)
        command = command.replace("Bearer TOKEN", "Bearer $TOKEN").replace(_EXAMPLE_JOB, "$JOB_ID")
        command = re.sub(r"winter-\d{4}", self.variables["CAMPAIGN"], command)
        if "retry JOB" in command:
            return command.replace("JOB", self._open_job())
        return re.sub(r"\bJOB\b", "$JOB_ID", command)

    def _open_job(self) -> str:
        """Return a job that does not end, for nothing is sent."""
        assert self.run("poster queue pause 'a job has to stay open'").returncode == 0
        return self.app.send(ROOT / "examples" / "trips" / "may_day.json", key="stays-open")


def running(folder: Path) -> Iterator[Clone]:
    """Copy the project, start its stack by `make up`, have two jobs done; stop it at the end."""
    shutil.copytree(ROOT, folder, ignore=_LEFT_OUT, symlinks=True)
    own = {*SETTINGS, *_MAKE}
    shell = {name: text for name, text in os.environ.items() if name not in own}  # noqa: TID251
    programs = Path(sys.executable).parent
    shell |= {"VENV": str(programs.parent), "PATH": f"{programs}:{shell['PATH']}"}
    # The environment's `poster` is the copy's, not that of the folder it was installed from.
    shell["PYTHONPATH"] = str(folder)
    with (folder / "up.log").open("w") as log:
        up = subprocess.Popen(
            ["make", "up"],  # noqa: S607
            cwd=folder, env=shell, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        yield _clone(folder, shell)
    finally:
        os.killpg(up.pid, signal.SIGTERM)
        up.wait(30)


def _clone(folder: Path, shell: dict[str, str]) -> Clone:
    end = time.monotonic() + _START_SECONDS
    while (told := read_addresses(folder / ".local")) is None:
        assert time.monotonic() < end, (folder / "up.log").read_text("utf-8")
        time.sleep(0.1)
    token = load_keys(folder / ".local").token("demo-driver")
    app = CarApp(told.urls["app"], token)
    trips = ROOT / "examples" / "trips"
    jobs = [app.send(trips / f"{name}.json", key=name) for name in ("may_day", "qingdao_coast")]
    for job in jobs:
        assert app.follow(job, seen=lambda _: None).status == "succeeded"
    today = datetime.now(SHANGHAI).date()
    windows = [each for each in calendar().windows() if each.closes > today]
    window = next((each for each in windows if each.has(today)), windows[0])
    return Clone(
        folder,
        {
            **shell,
            **told.environment,
            "TOKEN": token,
            "JOB_ID": jobs[0],
            "PRIVATE_JOB": jobs[0],
            "SHARED_JOB": jobs[1],
            "PORT": told.urls["dashscope"].rpartition(":")[2],
            "INDEX": "1",
            "CAMPAIGN": window.campaign,
            "CAMPAIGN_IS_OPEN": "yes" * window.has(today),
        },
        app,
    )

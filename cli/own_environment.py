"""Environments beside the project's, for tools that want other packages."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from cli.frame import ROOT
from shared.core.errors import UpstreamUnavailableError

if TYPE_CHECKING:
    from pathlib import Path

    from local.printed import Say


def programs_of(name: str, *requirements: Path, say: Say) -> Path:
    """Return the folder of the programs of `.venv-NAME`, made anew when a file is newer."""
    folder = ROOT / f".venv-{name}"
    stamp, programs = folder / ".installed", folder / "bin"
    newest = max(each.stat().st_mtime for each in requirements)
    if stamp.is_file() and stamp.stat().st_mtime >= newest:
        return programs
    say.note(f"installing into {folder}")
    _run(sys.executable, "-m", "venv", str(folder))
    pip = (str(programs / "python"), "-m", "pip", "--disable-pip-version-check", "install", "-q")
    _run(*pip, "wheel", "setuptools")
    for each in requirements:
        _run(*pip, "-r", str(each))
    stamp.touch()
    return programs


def _run(*command: str) -> None:
    if subprocess.run(command, check=False, cwd=ROOT).returncode:
        msg = f"this failed: {' '.join(command)}"
        raise UpstreamUnavailableError(msg)

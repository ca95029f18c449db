"""Where this machine has the Python of a runtime."""

from __future__ import annotations

import functools
import logging
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

_SECONDS = 10.0
# The runtime that names no minor version.
_OLDEST = "3.6"
# Where the platform has its own Pythons, for web functions.
_PLATFORMS = re.compile(r"/var/fc/lang/python(\d\.\d+)/bin/python[\d.]*")


class NoInterpreterError(Exception):
    """No Python of a runtime is here; the words say what to do."""


@functools.cache
def interpreter(runtime: str, *, fallback: bool = False) -> Path:
    """Return an interpreter of a runtime, `python3.10` for one; NoInterpreterError without any.

    With `fallback` this Python takes its place, with a remark in the log: packages compiled for
    another version do not load in it.
    """
    version = runtime.removeprefix("python")
    version = _OLDEST if version == "3" else version
    for path in _candidates(version):
        if _runs(path, version):
            return path
    remark = f"{runtime}: neither ~/.pyenv/versions nor PATH has a python{version} that runs"
    if not fallback:
        msg = f"{remark}; install one"
        raise NoInterpreterError(msg)
    own = "{}.{}".format(*sys.version_info)
    logging.getLogger(__name__).warning(
        "%s; this Python %s takes its place, and compiled packages do not load", remark, own
    )
    return Path(sys.executable)


def start_command(
    command: Sequence[str], python: Callable[[str], Path] = interpreter, *, bare: bool = True
) -> list[str]:
    """Return a web function's command as this machine can run it.

    The platform's own Python is one of here, which `python` finds; a `bare` one sees no site
    packages, for what is deployed brings its own. Other programs are taken as they are named.
    """
    if not (named := _PLATFORMS.fullmatch(command[0])):
        return list(command)
    flags = ["-S", "-X", "utf8"] if bare else ["-X", "utf8"]
    return [str(python(f"python{named[1]}").absolute()), *flags, *command[1:]]


def _candidates(version: str) -> Iterator[Path]:
    if "{}.{}".format(*sys.version_info) == version:
        yield Path(sys.executable)
    yield from Path.home().glob(f".pyenv/versions/{version}.*/bin/python{version}")
    if on_path := shutil.which(f"python{version}"):
        yield Path(on_path)


def _runs(path: Path, version: str) -> bool:
    """Say whether a program is a Python of that version; a version manager's shim may be none."""
    try:
        ran = subprocess.run(  # noqa: S603 - an interpreter of this machine
            [path, "--version"], capture_output=True, text=True, check=False, timeout=_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ran.returncode == 0 and ran.stdout.startswith(f"Python {version}.")

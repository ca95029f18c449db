"""The dependencies for one Python on Function Compute, each file's hash verified.

What exists as a wheel is taken as one that glibc 2.28 loads (Debian 10, runtime python3.10). What
exists as source only is verified as source first and then made into a wheel, offline, with build
tools that are verified as well.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from cli.bundle.errors import BundleBuildError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PLATFORMS = ("manylinux_2_28_x86_64", "manylinux2014_x86_64", "linux_x86_64", "any")
# Pinned here, for only the build needs them.
_SETUPTOOLS = "062d34222ad13e0cc312a4c02d73f059e86a4acbfbdea8f8f76b28c99f306922"
_WHEEL = "708e7481cc80179af0e556bbf0cc00b8444c7321e2700b8d8580231d13017248"
BUILD_TOOLS = (
    f"setuptools==80.9.0 --hash=sha256:{_SETUPTOOLS}",
    f"wheel==0.45.1 --hash=sha256:{_WHEEL}",
)


def find_python(version: str) -> Path:
    """Return an interpreter of this version: on the PATH, or installed by pyenv or uv."""
    for candidate in _candidates(version):
        if candidate.exists() and _version_of(candidate) == version:
            return candidate
    msg = (
        f"no Python {version} was found. The artifact holds code compiled by the Python that runs "
        f"it: install python{version}, or build for another one with --python X.Y"
    )
    raise BundleBuildError(msg)


def collect(python: Path, version: str, requirements: Path, work: Path) -> list[Path]:
    """Return the wheels of all requirements, built below `work`; every download's hash matched."""
    environment = _environment(python, work)
    downloads, made = work / "downloads", work / "wheels"
    pip(environment, "download", "--require-hashes", "--no-deps", *_targets(version), "-d",
        str(downloads), "-r", str(requirements))  # fmt: skip
    wheels = sorted(downloads.glob("*.whl"))
    for source in sorted(set(downloads.iterdir()) - set(wheels)):
        made_here = ["--no-deps", "--no-index", "--no-build-isolation", "-w", str(made)]
        pip(environment, "wheel", *made_here, str(source))
    return sorted([*wheels, *made.glob("*.whl")], key=lambda wheel: wheel.name)


def pip(python: Path, *arguments: str) -> None:
    """Run pip quietly; BundleBuildError carries its last words."""
    command = [str(python), "-m", "pip", "--disable-pip-version-check", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1800)
    if ran.returncode:
        words = "\n".join(ran.stderr.strip().splitlines()[-8:])
        msg = f"pip {arguments[0]} failed:\n{words}"
        raise BundleBuildError(msg)


def _targets(version: str) -> list[str]:
    tag = version.replace(".", "")
    abis = [f"--abi={abi}" for abi in (f"cp{tag}", "abi3", "none")]
    platforms = [f"--platform={name}" for name in _PLATFORMS]
    return [f"--python-version={version}", "--implementation=cp", *abis, *platforms]


def _environment(python: Path, work: Path) -> Path:
    """Return the interpreter of a new environment that has the build tools."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    folder, wanted = work / "environment", work / "build-tools.txt"
    made = subprocess.run(
        [str(python), "-m", "venv", str(folder)],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if made.returncode:
        msg = f"{python} cannot make an environment: {made.stdout or made.stderr}"
        raise BundleBuildError(msg)
    wanted.write_text("\n".join(BUILD_TOOLS), "utf-8")
    inside = folder / "bin" / "python"
    pip(inside, "install", "--require-hashes", "-r", str(wanted))
    return inside


def _candidates(version: str) -> Iterator[Path]:
    on_path = shutil.which(f"python{version}")
    yield from [Path(on_path)] if on_path else []
    home = Path.home()
    yield from sorted((home / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    yield from sorted(
        (home / ".local" / "share" / "uv" / "python").glob(f"cpython-{version}.*/bin/python3")
    )


def _version_of(python: Path) -> str:
    wanted: Sequence[str] = [str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    ran = subprocess.run(wanted, capture_output=True, text=True, check=False, timeout=60)
    return ran.stdout.strip()

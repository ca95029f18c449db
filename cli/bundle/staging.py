"""Put together what is deployed: our rooms, a root module for each function, dependencies.

Three artifacts for each Python: of all functions, a light one without the packages that only the
painting functions need, and the web function's. FC fetches and unpacks the code for each new
instance.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from email.parser import HeaderParser
from typing import TYPE_CHECKING

from cli.bundle.errors import BundleBuildError
from cli.bundle.imported import library_of
from cli.bundle.wheels import collect, pip

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

# Of each room, what the functions read while they run.
_ROOMS = ("functions", "shared", "comfyui/layouts", "comfyui/styles", "comfyui/workflows")
_FILES = ("deploy/models.json", "deploy/prices.json", "deploy/sizes.json")
# How the nodes set a car in: intake_vehicle tries a render by their own code.
PACK = "comfyui/custom_nodes/trip_poster"
PLACING = (
    "colour", "compose", "errors", "footprint", "grade", "ground", "layout", "light_side",
    "lit_by", "passes", "placement", "plate_light", "reflection", "setting", "vanishing",
    "vehicle_files",
)  # fmt: skip
_NEEDED = {".py", ".json", ".otf"}
STUDIO = "studio"
_STUDIOS = {".py", ".json", ".html", ".js", ".css", ".svg", ".jpg", ".txt"}
# What dependencies bring along and nobody needs at run time.
_FOLDERS = {"tests", "test", "testing", "__pycache__", "bin", "include", "examples", "docs"}
_KEPT_FOLDERS = {"numpy/testing"}  # numpy's own start imports it
_SUFFIXES = {".pyi", ".pyx", ".pxd", ".c", ".h", ".cpp", ".lib", ".a", ".pyc"}
_RECORDS = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}
# The adapters never ask for checksums of crcmod, and a compiler's output differs from run to run.
_DROPPED = ("crcmod/_crcfunext",)
_EPOCH = (1980, 1, 1, 0, 0, 0)
_SHIM = '''"""Where the platform looks for the function `{name}`."""

from functions.{name}.handler import handler as handler
'''


# The functions that the whole artifact is for; s.yaml says the same.
HEAVY = frozenset({"paint_trip", "paint_scene", "store_result", "intake_vehicle"})
# What the light artifact's functions import, and all that these need.
_LIGHT = (
    "aliyun-fc2", "cryptography", "isodate", "oss2", "pydantic", "pyjwt", "requests",
    "stamina", "structlog",
)  # fmt: skip
_FULL = (*_LIGHT, "dashscope", "numpy", "pillow")
_WEB = (
    "authlib", "cryptography", "itsdangerous", "jinja2", "limits", "pydantic", "pyjwt",
    "python-multipart", "requests", "starlette", "structlog", "uvicorn",
)  # fmt: skip
# Of each artifact, by the end of its name: the packages that it starts from.
ARTIFACTS = {"": _FULL, "-light": _LIGHT, f"-{STUDIO}": _WEB}


@dataclass(frozen=True)
class Built:
    """An artifact; sizes in bytes."""

    path: Path
    sha256: str
    zip_bytes: int
    unpacked_bytes: int
    files: int


def build(root: Path, python: Path, version: str, out: Path) -> Iterator[Built]:
    """Build the artifacts for one Python; the folder beside a zip is what it holds."""
    work = out / f"work-{version}"
    wheels = collect(python, version, root / "requirements.txt", work)
    for name, roots in ARTIFACTS.items():
        stage = out / f"python{version}{name}"
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir(parents=True)
        pip(work / "environment" / "bin" / "python", "install", "--no-deps", "--no-index",
            "--no-compile", "-t", str(stage), *map(str, needed(wheels, roots)))  # fmt: skip
        _prune(stage)
        if name == f"-{STUDIO}":
            _add_studio(root, stage)
        else:
            _add_ours(root, stage)
        if not name:
            _add_placing(root, stage)
        _compile(python, stage)
        yield _pack(stage, out / f"trip-poster-python{version}{name}.zip")


def needed(wheels: Sequence[Path], roots: Iterable[str]) -> list[Path]:
    """Return those wheels that the packages named `roots` need, themselves included."""
    asks = dict(map(_asks, wheels))
    by_name = dict(zip(asks, wheels, strict=True))
    found, todo = set[str](), list(roots)
    while todo:
        name = todo.pop()
        if name in by_name and name not in found:
            found.add(name)
            todo += asks[name]
    return [by_name[name] for name in sorted(found)]


def _asks(wheel: Path) -> tuple[str, list[str]]:
    """Return a wheel's name and the names that it needs; what only an extra needs is left out."""
    with zipfile.ZipFile(wheel) as packed:
        inside = next(name for name in packed.namelist() if name.endswith(".dist-info/METADATA"))
        told = HeaderParser().parsestr(packed.read(inside).decode())
    wanted = [line for line in told.get_all("Requires-Dist", []) if "extra ==" not in line]
    return _plain(told["Name"]), [_plain(re.split(r"[^\w.-]", line)[0]) for line in wanted]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _add_ours(root: Path, stage: Path) -> None:
    for room in _ROOMS:
        _copy(root, stage, room)
    for name in _FILES:
        _copy_file(root / name, stage / name)
    for name in function_names(root):
        (stage / f"{name}.py").write_text(_SHIM.format(name=name), "utf-8")


def _add_placing(root: Path, stage: Path) -> None:
    """Add those modules of the node pack that need nothing but NumPy and Pillow, as they are."""
    for name in PLACING:
        place = f"{PACK}/{name}.py"
        _copy_file(root / place, stage / place)


def _add_studio(root: Path, stage: Path) -> None:
    """Add the studio, the client it calls with, and of the library those modules it imports."""
    _copy(root, stage, STUDIO, _STUDIOS)
    _copy(root, stage, "client/trip_posters")
    for path in library_of(root, STUDIO):
        _copy_file(path, stage / path.relative_to(root))


def function_names(root: Path) -> list[str]:
    """Return the functions there are."""
    return sorted(path.parent.name for path in (root / "functions").glob("*/handler.py"))


def _copy(root: Path, stage: Path, room: str, kinds: Collection[str] = _NEEDED) -> None:
    for path in sorted((root / room).rglob("*")):
        if path.suffix in kinds and path.name != "workflow.json":
            _copy_file(path, stage / path.relative_to(root))


def _copy_file(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)


def _prune(stage: Path) -> None:
    for path in sorted(stage.rglob("*"), reverse=True):
        place = path.relative_to(stage).as_posix()
        if path.is_dir():
            if path.name in _FOLDERS and place not in _KEPT_FOLDERS:
                shutil.rmtree(path)
        elif path.suffix in _SUFFIXES or path.name in _RECORDS or place.startswith(_DROPPED):
            path.unlink()


def _compile(python: Path, stage: Path) -> None:
    """Compile beside the sources; nobody compares them at run time (unchecked hash)."""
    command = [str(python), "-m", "compileall", "-q", "-j", "1", "-s", str(stage), "-p",
               "/code", "--invalidation-mode", "unchecked-hash", str(stage)]  # fmt: skip
    # Sets of constants are written in hash order: with a fixed seed two builds agree.
    fixed = {"PYTHONHASHSEED": "0", "PATH": os.defpath}
    ran = subprocess.run(
        command, env=fixed, capture_output=True, text=True, check=False, timeout=900
    )
    if ran.returncode:
        msg = f"{python} cannot compile what was staged:\n{ran.stdout[-2000:]}"
        raise BundleBuildError(msg)


def _pack(stage: Path, target: Path) -> Built:
    """Zip the stage: sorted names, one date, one mode, so that the same files are the same zip."""
    files = list(_files(stage))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(stage).as_posix(), _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
            entry.create_system = 3
            packed.writestr(entry, path.read_bytes())
    body = target.read_bytes()
    unpacked = sum(path.stat().st_size for path in files)
    return Built(target, hashlib.sha256(body).hexdigest(), len(body), unpacked, len(files))


def _files(stage: Path) -> Iterator[Path]:
    yield from sorted(path for path in stage.rglob("*") if path.is_file())

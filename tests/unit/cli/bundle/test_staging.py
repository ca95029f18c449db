"""What is deployed: nothing unneeded, and the same bytes each time."""

from __future__ import annotations

import os
import re
import sys
import zipfile
from pathlib import Path

import pytest

from cli.bundle import run, staging
from cli.bundle.checking import NEWEST_GLIBC, newest_glibc
from cli.bundle.errors import BundleBuildError
from cli.bundle.imported import library_of
from cli.bundle.wheels import find_python
from local.stack import ROOT
from tests.fakes.poster import poster


def _wheel(folder: Path, name: str, *needs: str) -> Path:
    path = folder / f"{name}-1.0-py3-none-any.whl"
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {name}",
        *(f"Requires-Dist: {each}" for each in needs),
    ]
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(f"{name}-1.0.dist-info/METADATA", "\n".join(lines))
    return path


def _staged(folder: Path) -> Path:
    code = folder / "code"
    (code / "shared").mkdir(parents=True)
    (code / "shared" / "words.py").write_text(
        'SIGNS = {"a", "b", "c", "d"}\nFIXED = SIGNS == {"a"}\n'
    )
    (code / "submit_trip.py").write_text("import shared.words\n")
    return code


def test_the_light_artifact_has_what_its_packages_need_and_no_more(tmp_path: Path) -> None:
    wheels = [
        _wheel(tmp_path, "Oss_2", "requests>=2", "crcmod (>=1.7)", "numpy; extra == 'pictures'"),
        _wheel(tmp_path, "requests", "oss-2"),
        _wheel(tmp_path, "crcmod"),
        _wheel(tmp_path, "numpy"),
    ]
    found = staging.needed(wheels, ["oss-2"])
    assert [each.name.partition("-")[0] for each in found] == ["crcmod", "Oss_2", "requests"]


def test_two_builds_of_the_same_files_are_the_same_bytes(tmp_path: Path) -> None:
    digests = set[str]()
    for turn in ("one", "two"):
        code = _staged(tmp_path / turn)
        os.utime(code / "submit_trip.py", (1_000_000_000, 1_000_000_000 + len(digests)))
        staging._compile(Path(sys.executable), code)
        digests.add(staging._pack(code, tmp_path / f"{turn}.zip").sha256)
    assert len(digests) == 1


def test_what_was_compiled_is_never_compared_with_its_source(tmp_path: Path) -> None:
    code = _staged(tmp_path)
    staging._compile(Path(sys.executable), code)
    (compiled,) = (code / "__pycache__").glob("submit_trip.*.pyc")
    assert compiled.read_bytes()[4:8] == b"\x01\x00\x00\x00"


def test_tests_stubs_and_records_of_dependencies_stay_behind(tmp_path: Path) -> None:
    unneeded = ["a/tests/test_a.py", "a/__init__.pyi", "a-1.dist-info/RECORD", "bin/a", "a/x.c"]
    needed = ["a/__init__.py", "a-1.dist-info/METADATA", "a-1.dist-info/LICENSE", "a/a.so"]
    for name in unneeded + needed:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    staging._prune(tmp_path)
    left = {path.relative_to(tmp_path).as_posix() for path in staging._files(tmp_path)}
    assert left == set(needed)


def test_every_function_gets_a_root_module_that_imports_its_handler(tmp_path: Path) -> None:
    staging._add_ours(ROOT, tmp_path)
    for name in staging.function_names(ROOT):
        assert (
            f"from functions.{name}.handler import handler" in (tmp_path / f"{name}.py").read_text()
        )
    for read in ("comfyui/styles/photoreal.json", "deploy/models.json", "deploy/prices.json"):
        assert (tmp_path / read).exists()
    assert not (tmp_path / "comfyui" / "custom_nodes").exists()


def test_the_studio_has_its_pages_and_of_the_library_what_it_imports(tmp_path: Path) -> None:
    (tmp_path / "site" / "pages").mkdir(parents=True)
    (tmp_path / "site" / "app.py").write_text(
        "from shared.core.errors import BundleError\ndef f(): import shared.settings.studio\n"
    )
    for name in ("page.html", "page.js", "page.css", "mark.svg", "words.json", "notes.md"):
        (tmp_path / "site" / "pages" / name).write_text("{}")
    (tmp_path / "shared").symlink_to(ROOT / "shared")
    found = {path.relative_to(tmp_path).as_posix() for path in library_of(tmp_path, "site")}
    assert found >= {"shared/__init__.py", "shared/core/errors.py", "shared/settings/studio.py"}
    assert found >= {"shared/settings/__init__.py", "shared/settings/base.py"}
    assert not [name for name in found if "adapters" in name or "jobs" in name]
    staging._copy(tmp_path, tmp_path / "stage", "site", staging._STUDIOS)
    staged = {path.name for path in (tmp_path / "stage").rglob("*") if path.is_file()}
    assert staged == {"app.py", "page.html", "page.js", "page.css", "mark.svg", "words.json"}


def test_no_artifact_of_the_functions_has_what_the_studio_alone_needs() -> None:
    own = {*staging._WEB} - {*staging._FULL}
    assert {"starlette", "jinja2", "authlib"} <= own
    assert staging.ARTIFACTS[""] == staging._FULL
    assert {*staging._LIGHT} < {*staging._FULL}


def test_a_library_for_a_newer_glibc_is_found(tmp_path: Path) -> None:
    (tmp_path / "old.so").write_bytes(b"\0GLIBC_2.17\0GLIBC_2.28\0")
    assert newest_glibc(tmp_path) == (NEWEST_GLIBC, "old.so")
    (tmp_path / "new.so.1").write_bytes(b"\0GLIBC_2.9\0GLIBC_2.34\0")
    assert newest_glibc(tmp_path) == ((2, 34), "new.so.1")


def test_each_package_that_is_deployed_has_its_licence_on_the_page() -> None:
    page = (ROOT / "THIRD_PARTY.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^ ]+) \| ([^ ]+) \| (.+) \|$", page, re.MULTILINE)
    stated = {(re.sub(r"[-_.]+", "-", name).lower(), version) for name, version, _ in rows[1:]}
    locked = (ROOT / "requirements.txt").read_text("utf-8")
    wanted = re.findall(r"^([\w.-]+)==([^ ]+)(?: ; (.*))? \\$", locked, re.MULTILINE)
    for_310 = {
        (n, v) for n, v, marker in wanted if ">= '3.1" not in marker and "win32" not in marker
    }
    assert len(for_310) > 40
    assert for_310 <= stated
    assert not [name for name, _, words in rows if words == "not stated in the package"]


def test_a_python_that_is_not_there_is_named() -> None:
    with pytest.raises(BundleBuildError, match=r"no Python 2\.9 was found.*install python2\.9"):
        find_python("2.9")


def test_only_zips_that_are_there_are_checked_else_their_build_is_told(tmp_path: Path) -> None:
    ours = f"{sys.version_info.major}.{sys.version_info.minor}"
    status, text = poster("build", "--check", "--out", str(tmp_path), "--python", ours)
    assert status == 1
    assert text.endswith(f"make it: poster build --python {ours} --out {tmp_path}\n")

    (tmp_path / "trip-poster-python3.12.zip").write_bytes(b"no zip")
    assert run.versions((), tmp_path) == ["3.12"]
    assert run.versions(("3.10",), tmp_path) == ["3.10"]
    assert run.versions((), tmp_path / "none") == ["3.10", "3.12"]

"""Code packages: what is unpacked, and what is refused and leaves nothing behind."""

from __future__ import annotations

import io
import stat
import zipfile
from typing import TYPE_CHECKING

import pytest

from local.cloud.fc import unpacking
from local.cloud.fc.unpacking import PackageError, remove, unpack

if TYPE_CHECKING:
    from pathlib import Path


def zipped(*entries: tuple[str, int]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for name, mode in entries:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            target.writestr(entry, name)
    return packed.getvalue()


def modes(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in (folder, *folder.rglob("*"))
    }


def test_a_package_is_unpacked_for_reading_alone_and_can_be_removed(tmp_path: Path) -> None:
    folder = tmp_path / "codes" / "a"
    packed = zipped(("index.py", 0), ("bin/tool", 0o100755), ("empty/", 0o40755))
    for _ in range(2):
        unpack(packed, folder)
        assert modes(folder) == {
            ".": 0o555,
            "index.py": 0o444,
            "bin": 0o555,
            "bin/tool": 0o555,
            "empty": 0o555,
        }
    assert (folder / "index.py").read_text() == "index.py"
    assert [each.name for each in folder.parent.iterdir()] == ["a"]
    remove(folder)
    remove(folder)
    assert list(folder.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("packed", "words"),
    [
        (zipped(("index.py", 0), ("../out.py", 0)), "leads out"),
        (zipped(("/etc/out.py", 0)), "leads out"),
        (zipped(("a\\..\\out.py", 0)), "leads out"),
        (zipped(("link", 0o120777)), "a link"),
        (zipped(("a", 0), ("a/b", 0)), "cannot be unpacked"),
        (zipped(("index.py", 0)).replace(b"index.py", b"indexxpy", 1), "cannot be unpacked"),
        (b"no zip", "cannot be unpacked"),
    ],
)
def test_a_bad_package_is_refused_and_nothing_of_it_stays(
    tmp_path: Path, packed: bytes, words: str
) -> None:
    with pytest.raises(PackageError, match=words):
        unpack(packed, tmp_path / "codes" / "a")
    assert [path.name for path in tmp_path.rglob("*")] == ["codes"]


@pytest.mark.parametrize("limit", ["MAX_ZIP_BYTES", "MAX_UNPACKED_BYTES"])
def test_a_package_over_a_limit_is_refused(
    tmp_path: Path, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, limit, 7)
    with pytest.raises(PackageError, match="7 are allowed"):
        unpack(zipped(("index.py", 0)), tmp_path / "a")

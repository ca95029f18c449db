"""Reading what lies in a run's folder."""

from collections.abc import Iterable, Iterator
from pathlib import Path


def entries(folder: Path) -> list[Path]:
    """Return what lies in a folder, nothing for one that is not there."""
    return sorted(folder.iterdir()) if folder.is_dir() else []


def files(folder: Path) -> Iterator[Path]:
    """Yield all files below a folder."""
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def lines(path: Path) -> Iterable[str]:
    """Return the lines of a text, none of one that is not there."""
    return path.read_text("utf-8").splitlines() if path.exists() else []

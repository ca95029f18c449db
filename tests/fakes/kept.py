"""What takes long to make is made once a run; what would be drawn anew each time stays the same."""

from __future__ import annotations

import fcntl
import functools
import hashlib
import pickle
from types import SimpleNamespace
from typing import TYPE_CHECKING, TypeVar

import pytest

from local import mount, own_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Made = TypeVar("Made")
# The real one, however often it is replaced: a process has the tests of several folders.
_FREEZE = vars(mount)["_frozen"].__wrapped__


def once_a_run(factory: pytest.TempPathFactory, name: str, make: Callable[[], Made]) -> Made:
    """Return what `make` makes; the first process to ask makes it, all others read its pickle."""
    base = factory.getbasetemp()
    # Each process of pytest-xdist has a folder of its own below that of the run.
    shared = base.parent if base.name.startswith("popen-") else base
    path = shared / "kept" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            path.write_bytes(pickle.dumps(make()))
        found: Made = pickle.loads(path.read_bytes())  # noqa: S301 - our own
        return found


def keep_frozen(factory: pytest.TempPathFactory, patch: pytest.MonkeyPatch) -> None:
    """Have a vehicle of the bundle frozen once a run."""

    @functools.cache
    def frozen(place: Path, reference: str) -> tuple[tuple[str, bytes], ...]:
        name = f"{reference.replace('/', '-')}.frozen"
        return once_a_run(factory, name, lambda: _FREEZE(place, reference))

    patch.setattr(mount, "_frozen", frozen)


def keep_ids(patch: pytest.MonkeyPatch) -> None:
    """Have every stack know the same id key: its job ids, and so its pictures, stay the same."""
    key = hashlib.sha256(b"the id key of the tests").hexdigest()
    patch.setattr(own_keys, "secrets", SimpleNamespace(token_hex=lambda count: key[: 2 * count]))


@pytest.fixture(scope="session", autouse=True)
def the_same_each_time(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep both for all tests below the conftest that imports this."""
    with pytest.MonkeyPatch.context() as patch:
        keep_frozen(tmp_path_factory, patch)
        keep_ids(patch)
        yield

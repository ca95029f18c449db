"""What all functions of a local stack share, and why a process has one stack at a time."""

import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from local.cloud.identity import keys
from local.data_folder import is_held
from shared import bootstrap
from shared.core.errors import NotFoundError
from shared.settings.every import GROUPS

ADDRESS_FILE = "stack.json"
SETTINGS = frozenset(str(each.alias) for group in GROUPS for each in group.model_fields.values())
_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def alone() -> Iterator[None]:
    """Keep other stacks out: all functions of a process read the one environment it has."""
    if not _ONE_AT_A_TIME.acquire(blocking=False):
        msg = "another local stack runs in this process; both would have the same settings"
        raise RuntimeError(msg)
    try:
        yield
    finally:
        _ONE_AT_A_TIME.release()


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables of this process, as the platform does for an instance, and put them back.

    No other setting counts meanwhile, whatever the shell has.
    """
    before = dict(os.environ)  # noqa: TID251 - here the local stack is the platform
    bootstrap.reset()
    for name in SETTINGS & before.keys():
        del os.environ[name]  # noqa: TID251
    os.environ.update(variables)  # noqa: TID251
    try:
        yield
    finally:
        os.environ.clear()  # noqa: TID251
        os.environ.update(before)  # noqa: TID251
        bootstrap.reset()


@contextmanager
def address_file(
    folder: Path, urls: Mapping[str, str], variables: Mapping[str, str]
) -> Iterator[None]:
    """Say where the stack is and how its functions are set, as long as it runs."""
    path, fresh = folder / ADDRESS_FILE, folder / f"{ADDRESS_FILE}.new"
    fresh.touch(mode=0o600)
    role = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": keys.ACCESS_KEY_ID,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": keys.ACCESS_KEY_SECRET,
    }
    told = Addresses(dict(urls), {**variables, **role}, str(folder.resolve()))
    fresh.write_text(json.dumps(asdict(told), indent=1))
    fresh.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Addresses:
    """Where a stack's services are, how its functions are set, and the folder that it holds."""

    urls: Mapping[str, str]
    environment: Mapping[str, str]
    folder: str


def read_addresses(folder: Path) -> Addresses | None:
    """Return what the running stack says of itself; None where it died and left its file, too."""
    try:
        told = Addresses(**json.loads((folder / ADDRESS_FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return told if is_held(Path(told.folder)) else None


def running_stack(folder: Path) -> Addresses:
    """Return what the running stack says of itself; NotFoundError where none runs."""
    if told := read_addresses(folder):
        return told
    raise NotFoundError(f"no local stack runs on {folder}; start one: poster up --data {folder}")


def stack_settings(folder: Path) -> dict[str, str]:
    """Return the settings of the stack that runs there; NotFoundError where none does."""
    return dict(running_stack(folder).environment)

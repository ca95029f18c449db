"""What functions and others may do, read from permissions.yaml, which says what it means."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Iterable

_FILE = Path(__file__).with_name("permissions.yaml")


class Needs(BaseModel):
    """Letters by prefix for each bucket, and the functions that are started."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    does: tuple[str, ...] = ()
    state: dict[str, str] = {}
    mount: dict[str, str] = {}
    starts: tuple[str, ...] = ()


class Permissions(BaseModel):
    """Each with all that it needs: functions by their names, and others."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    common: dict[str, Needs]
    functions: dict[str, Needs]
    others: dict[str, Needs]


@functools.cache
def permissions() -> Permissions:
    """Return the file with what `does` names put in; KeyError for a name that `common` lacks."""
    found = Permissions.model_validate(yaml.safe_load(_FILE.read_bytes()))

    def whole(needs: Needs) -> Needs:
        parts = [*(whole(found.common[name]) for name in needs.does), needs]
        return Needs(
            state=_merged(part.state for part in parts),
            mount=_merged(part.mount for part in parts),
            starts=tuple(dict.fromkeys(name for part in parts for name in part.starts)),
        )

    return Permissions(
        common=found.common,
        functions={name: whole(each) for name, each in found.functions.items()},
        others={name: whole(each) for name, each in found.others.items()},
    )


def _merged(parts: Iterable[dict[str, str]]) -> dict[str, str]:
    letters: dict[str, set[str]] = {}
    for part in parts:
        for key, given in part.items():
            letters.setdefault(key, set()).update(given)
    return {
        key: "".join(each for each in "rlwd" if each in found) for key, found in letters.items()
    }

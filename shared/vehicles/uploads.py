"""The names under `uploads/vehicles/`, and of the reports beside them."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Literal

PREFIX = "uploads/vehicles/"
REPORTS = "uploads/reports/vehicles/"
# Counts up whenever the same files would be taken in as other pixels.
_REVISION = 1
_SLUG = "[a-z0-9][a-z0-9_-]{0,31}"
_KEY = re.compile(
    rf"{PREFIX}({_SLUG})/({_SLUG})/({_SLUG})(\.png|\.mask\.png|\.badge\.png|\.json)", re.ASCII
)
_REFERENCE = re.compile(rf"({_SLUG})/({_SLUG})/({_SLUG})/([0-9a-f]{{12}})", re.ASCII)

Part = Literal[".png", ".mask.png", ".badge.png", ".json"]
PARTS: tuple[Part, ...] = (".png", ".mask.png", ".badge.png", ".json")


@dataclass(frozen=True, order=True)
class PaintName:
    """Model, generation and paint: what a trip says of its car."""

    model: str
    generation: str
    paint: str

    @property
    def path(self) -> str:
        """Return `model/generation/paint`."""
        return f"{self.model}/{self.generation}/{self.paint}"

    def upload(self, part: Part) -> str:
        """Return the key of a delivered file."""
        return f"{PREFIX}{self.path}{part}"

    def report(self, version: str) -> str:
        """Return the folder of a version's report."""
        return f"{REPORTS}{self.path}/{version}/"


def paint_of(key: str) -> PaintName | None:
    """Return what an upload's key names, None for a key that is no upload of a vehicle."""
    found = _KEY.fullmatch(key)
    return PaintName(found[1], found[2], found[3]) if found else None


def split_reference(text: str) -> tuple[PaintName, str] | None:
    """Return paint and version of `model/generation/paint/version`, None for another text."""
    found = _REFERENCE.fullmatch(text)
    return (PaintName(found[1], found[2], found[3]), found[4]) if found else None


def misnamed_report(key: str) -> str:
    """Return the folder of the report on an upload whose name says no vehicle."""
    digest = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
    return f"{REPORTS}_misnamed/{digest[:12]}/"


def version_of(digests: dict[Part, str]) -> str:
    """Return the version of what was delivered: other bytes in any file are another version."""
    named = [_REVISION, *(digests.get(part, "") for part in PARTS)]
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()[:12]

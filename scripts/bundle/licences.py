"""The licences of what is deployed, as its packages state them."""

from __future__ import annotations

from email.parser import HeaderParser
from typing import TYPE_CHECKING

from scripts.bundle.errors import BundleBuildError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message
    from pathlib import Path

_HEAD = """# Licences

The packages that are deployed beside our own code (Apache-2.0), and the licences that they state.
Written by `make licences` from what `make build` has staged; have counsel read it.

| Package | Version | Licence |
| --- | --- | --- |
"""
_UNSAID = "not stated in the package"


def licences(stage: Path) -> str:
    """Return the page for a staged artifact."""
    rows = sorted(_rows(stage), key=lambda row: row[0].lower())
    if not rows:
        msg = f"{stage} holds no packages; run make build first"
        raise BundleBuildError(msg)
    return _HEAD + "".join(f"| {name} | {version} | {words} |\n" for name, version, words in rows)


def _rows(stage: Path) -> Iterator[tuple[str, str, str]]:
    for path in stage.glob("*.dist-info/METADATA"):
        told = HeaderParser().parsestr(path.read_text("utf-8"))
        yield told["Name"], told["Version"], _licence(told)


def _licence(told: Message) -> str:
    """Return the SPDX expression, else the classifiers, else the first line of the free text."""
    if told["License-Expression"]:
        return str(told["License-Expression"])
    prefix = "License :: "
    classes = [
        line.rpartition(" :: ")[2]
        for line in told.get_all("Classifier", [])
        if line.startswith(prefix) and line != "License :: OSI Approved"
    ]
    if classes:
        return ", ".join(classes)
    lines = str(told["License"] or "").strip().splitlines()
    return lines[0][:80] if lines else _UNSAID

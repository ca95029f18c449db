"""What a check has found, and how it is shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

Level = Literal["ok", "warning", "failure"]
_COLOURS: dict[Level, str] = {"ok": "green", "warning": "yellow", "failure": "red"}
_SHORTEST_SECRET = 6


@dataclass(frozen=True)
class Finding:
    """One line: the check, how it went, what is so, and what to do about it."""

    check: str
    level: Level
    what: str
    remedy: str = ""


@dataclass(frozen=True)
class Place:
    """Makes findings of one check."""

    check: str

    def ok(self, what: str) -> Finding:
        """Return a line that asks for nothing."""
        return Finding(self.check, "ok", what)

    def warning(self, what: str, remedy: str) -> Finding:
        """Return a line about what may hurt, or could not be seen."""
        return Finding(self.check, "warning", what, remedy)

    def failure(self, what: str, remedy: str) -> Finding:
        """Return a line about what must change."""
        return Finding(self.check, "failure", what, remedy)


def without_secrets(finding: Finding, secrets: Sequence[str]) -> Finding:
    """Return the finding with every secret in it covered, wherever a message may have quoted it."""
    return replace(
        finding, what=_covered(finding.what, secrets), remedy=_covered(finding.remedy, secrets)
    )


def show(finding: Finding, console: Console) -> None:
    """Print one line, and a second one with what to do."""
    colour = _COLOURS[finding.level]
    console.print(f"{finding.level:<8}", style=colour, end="")
    console.print(f"{finding.check}: {finding.what}", markup=False, soft_wrap=True)
    if finding.remedy:
        console.print(f"{'':8}→ {finding.remedy}", markup=False, soft_wrap=True, style="dim")


def summary(findings: Iterable[Finding]) -> str:
    """Return how many lines of each level there were."""
    counts = Counter(each.level for each in findings)
    return ", ".join(f"{counts[level]} {level}" for level in _COLOURS)


def as_values(findings: Sequence[Finding]) -> list[dict[str, str]]:
    """Return all findings for a program."""
    return [asdict(each) for each in findings]


def exit_status(findings: Iterable[Finding]) -> int:
    """Return 1 when something must change, else 0."""
    return int(any(each.level == "failure" for each in findings))


def _covered(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, "***")
    return text

"""The quality report beside an upload: a clear yes or no, and each reason, as JSON and as text."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from shared.vehicles.sidecar import Model

Verdict: TypeAlias = Literal["yes", "yes with proposals", "no"]
_HEADS = {
    "fault": "Must be put right",
    "proposal": "Guessed or open to doubt, a person has to look at marked.png",
    "repair": "Put right by intake",
    "note": "Good to know",
}
_OPENINGS: dict[Verdict, str] = {
    "yes": "YES. New posters show this render from now on.",
    "yes with proposals": "YES WITH PROPOSALS. The render can be used once an operator has "
    "looked at marked.png and approved what is listed.",
    "no": "NO. Nothing was changed; posters show what they showed before.",
}


class Reason(Model):
    """One thing found; `measured` are the numbers behind it."""

    kind: Literal["fault", "proposal", "repair", "note"]
    code: str
    text: str
    measured: dict[str, float | int | str] = Field(default_factory=dict)


class Delivered(Model):
    """One delivered file."""

    key: str
    bytes: int
    sha256: str


class IntakeReport(Model):
    """report.json; the same delivery gives the same bytes."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    vehicle: str
    member: str = ""
    version: str
    uploaded_at: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    delivered: tuple[Delivered, ...] = ()
    sizes: tuple[int, ...] = ()
    pictures: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """`model/generation/paint/version`."""
        return f"{self.vehicle}/{self.version}"

    def to_json(self) -> bytes:
        return self.model_dump_json(indent=1).encode()

    def to_text(self) -> str:
        of = f"{self.member} of {self.reference}" if self.member else self.reference
        lines = [f"{of}, uploaded {self.uploaded_at}", "", _OPENINGS[self.verdict]]
        for kind, head in _HEADS.items():
            own = [each for each in self.reasons if each.kind == kind]
            lines += ["", f"{head}:"] * bool(own)
            lines += [f"- {each.text}{_numbers(each)}" for each in own]
        if self.verdict == "yes with proposals":
            lines += ["", f"To decide: approve {self.reference}, or refuse {self.reference}"]
        if self.pictures:
            lines += ["", f"Look at: {', '.join(self.pictures)}"]
        return "\n".join(lines) + "\n"


def verdict_of(reasons: tuple[Reason, ...]) -> Verdict:
    """Return yes or no: a fault forbids, a proposal waits for a person."""
    kinds = {each.kind for each in reasons}
    if "fault" in kinds:
        return "no"
    return "yes with proposals" if "proposal" in kinds else "yes"


def _numbers(reason: Reason) -> str:
    told = ", ".join(f"{name} {value}" for name, value in reason.measured.items())
    return f" ({told})" if told else ""

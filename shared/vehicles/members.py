"""What is known of each member of a set, and the page that says how the whole set stands."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import Field

from shared.core.models import known
from shared.vehicles.reports import Reason, Verdict
from shared.vehicles.sidecar import Model
from shared.vehicles.uploads import REPORTS, PaintName

# What a scene may be asked for; a set without one of these meets scenes that it does not fit.
VIEWS = ("front_left", "front_right", "side_left", "rear_right", "hero_left")
LIGHTS = (
    "day_left", "day_right", "low_left", "low_right", "overcast", "snow", "dusk", "night",
)  # fmt: skip
# No model is called so.
FOLDER = "input/vehicles/_members/"
_MARKS: dict[Verdict, str] = {"yes": "yes", "yes with proposals": "look", "no": "NO"}


# 24 radii, 48 angles, two bytes each, in base64.
Signature = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{3072}$")]


class Facts(Model):
    """What members of one car have in common, as measured: metres, and linear sRGB of the doors.

    `paint` is there where the light is neutral. `halves` are the mean luminances, 0 to 1, of the
    car's left and right half in the picture; `wheels` are signatures of front and rear wheel.
    """

    wheelbase_m: float | None = None
    track_m: float | None = None
    paint: tuple[float, float, float] | None = None
    halves: tuple[float, float] | None = None
    wheels: tuple[Signature, Signature] | None = None


class Member(Model):
    """How the newest delivery of a member came out."""

    view: str
    lit: str
    version: str
    uploaded_at: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    facts: Facts = Facts()

    @property
    def name(self) -> str:
        """`view.light`."""
        return f"{self.view}.{self.lit}"

    def to_json(self) -> bytes:
        return self.model_dump_json(indent=1).encode()


class SetReport(Model):
    """set.json: how every member of a car's set came out."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    vehicle: str
    members: tuple[Member, ...]

    @property
    def gaps(self) -> tuple[str, ...]:
        """Return the members that a whole set has and this one has not, or not a good one."""
        good = {each.name for each in self.members if each.verdict != "no"}
        wanted = [f"{view}.{lit}" for view in VIEWS for lit in LIGHTS]
        return tuple(name for name in wanted if name not in good)

    def to_json(self) -> bytes:
        # Signatures say nothing to a reader.
        unsaid = {"members": {"__all__": {"facts": {"wheels"}}}}
        facts = self.model_dump(mode="json", by_alias=True, exclude=unsaid) | {"gaps": self.gaps}
        return json.dumps(facts, ensure_ascii=False, indent=1).encode()

    def to_text(self) -> str:
        """Return the page for people: a table of views and lights, then what to do."""
        lines = [f"{self.vehicle}: {len(self.members)} renders", "", *_table(self.members), ""]
        lines.append("yes: shown; look: an operator has to approve it; NO: refused; -: not there")
        for each in self.members:
            kind = "fault" if each.verdict == "no" else "proposal"
            told = [reason for reason in each.reasons if reason.kind == kind]
            head = f"{each.name} ({each.version}): {each.verdict}"
            lines += ["", head, *(f"- {reason.text}" for reason in told)] if told else []
        lines += ["", "A whole set has also:"] * bool(self.gaps)
        for view in VIEWS:
            lacking = [name.partition(".")[2] for name in self.gaps if name.startswith(f"{view}.")]
            lines += [f"- {view}: {', '.join(lacking)}"] * bool(lacking)
        return "\n".join(lines) + "\n"


def member_key(paint: PaintName, name: str) -> str:
    """Return the key of what is known of a member, `view.light`."""
    return f"{members_folder(paint)}{name}.json"


def members_folder(paint: PaintName) -> str:
    """Return the folder of what is known of a paint's members, which outlives the reports."""
    return f"{FOLDER}{paint.path}/"


def set_report_key(paint: PaintName, form: Literal["txt", "json"]) -> str:
    """Return the key of the page on a paint's set."""
    return f"{REPORTS}{paint.path}/set.{form}"


def parse_member(data: bytes | None) -> Member | None:
    """Return what is known of a member; None for nothing, or what another release has written."""
    return known(Member, data)


def _table(members: tuple[Member, ...]) -> list[str]:
    """Return a row for each view, a column for each light; those of a whole set come first."""
    marks = {each.name: _MARKS[each.verdict] for each in members}
    views = [*dict.fromkeys([*VIEWS, *(each.view for each in members)])]
    lights = [*dict.fromkeys([*LIGHTS, *(each.lit for each in members)])]
    wide = max(map(len, views)) + 2
    head = " " * wide + "  ".join(lights)

    def row(view: str) -> str:
        cells = (marks.get(f"{view}.{lit}", "-").ljust(len(lit)) for lit in lights)
        return (view.ljust(wide) + "  ".join(cells)).rstrip()

    return [head, *map(row, views)]

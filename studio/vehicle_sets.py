"""Sets of renders as the API tells them, laid out as pages show them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# What a whole set has, in the order in which it is shown.
VIEWS = ("front_left", "front_right", "side_left", "rear_right", "hero_left")
LIGHTS = (
    "day_left", "day_right", "low_left", "low_right", "overcast", "snow", "dusk", "night",
)  # fmt: skip
# In the order in which a person has to care: what must be mended, looked at, and may be known.
KINDS = ("fault", "proposal", "repair", "note")
_LOOKS = {
    **dict.fromkeys(("good", "approved", "bundled"), "succeeded"),
    "waits_for_approval": "needs_review",
    **dict.fromkeys(("refused", "recalled", "not_taken_in"), "failed"),
}


@dataclass(frozen=True)
class Cell:
    """One member of a set: a view in a light; `versions` come newest first."""

    view: str
    light: str
    versions: tuple[Mapping[str, Any], ...] = ()
    is_missing: bool = False

    @property
    def name(self) -> str:
        """Return what its page's address calls it: `view.light`, or `single`."""
        return f"{self.view}.{self.light}" if self.view else "single"

    @property
    def shown(self) -> Mapping[str, Any] | None:
        """Return the version that new posters get, else the newest one."""
        current = (each for each in self.versions if each["current"])
        return next(current, self.versions[0] if self.versions else None)

    @property
    def newer(self) -> Mapping[str, Any] | None:
        """Return a version that came after the one that new posters get."""
        newest = self.versions[0] if self.versions else None
        return None if newest is self.shown else newest


@dataclass(frozen=True)
class Grid:
    """A set as a table: a row for each view, a cell for each of `lights`."""

    lights: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def grid_of(told: Mapping[str, Any]) -> Grid:
    """Return a set's table: what it has, what it lacks, in the order of a whole set."""
    members = cells_of(told)
    gaps = {(each["view"], each["light"]) for each in told["gaps"]}
    known = [*members, *gaps]
    views = _ordered(VIEWS, [*told["views"], *(view for view, _ in known)])
    lights = _ordered(LIGHTS, [*told["lights"], *(light for _, light in known)])

    def cell(view: str, light: str) -> Cell:
        found = members.get((view, light), Cell(view, light))
        return Cell(view, light, found.versions, (view, light) in gaps)

    rows = tuple((view, tuple(cell(view, light) for light in lights)) for view in views)
    return Grid(lights, rows)


def cells_of(told: Mapping[str, Any]) -> dict[tuple[str, str], Cell]:
    """Return a set's members by view and light."""
    members = [
        Cell(each["view"], each["light"], tuple(each["versions"])) for each in told["members"]
    ]
    return {(each.view, each.light): each for each in members}


def gaps_of(told: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Return what a set lacks: each view with its lights, an empty list for all of them."""
    lacking: dict[str, list[str]] = {}
    for each in told["gaps"]:
        lacking.setdefault(each["view"], []).append(each["light"])
    views = _ordered(VIEWS, lacking)
    whole = set(LIGHTS)
    return [(view, [] if whole <= set(lacking[view]) else lacking[view]) for view in views]


def path_of(told: Mapping[str, Any]) -> str:
    """Return a set's `model/generation/paint`."""
    return f"{told['model']}/{told['generation']}/{told['paint']}"


def standing_of(version: Mapping[str, Any]) -> str:
    """Return how a version stands, as one word."""
    return str(version["standing"]).replace(" ", "_")


def look_of(version: Mapping[str, Any]) -> str:
    """Return the badge's class for how a version stands."""
    return _LOOKS.get(standing_of(version), "")


def first_fault(version: Mapping[str, Any]) -> str:
    """Return the code of what kept a version out, "" for one that was taken in."""
    report = version["report"]
    if standing_of(version) != "not_taken_in" or not report:
        return ""
    faults = (str(each["code"]) for each in report["reasons"] if each["kind"] == "fault")
    return next(faults, "")


def first_picture(version: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the picture of a report to look at first: with its marks where a person decides."""
    found = {each["name"]: each for each in version["pictures"]}
    waits = standing_of(version) == "waits_for_approval"
    order = ("marked.png", "light.png") if waits else ("light.png", "marked.png")
    return next((found[name] for name in order if name in found), None)


def reasons_of(report: Mapping[str, Any]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Return what a report says, by kind, the gravest first."""
    reasons: Sequence[Mapping[str, Any]] = report["reasons"]
    by_kind = {kind: [each for each in reasons if each["kind"] == kind] for kind in KINDS}
    return [(kind, found) for kind, found in by_kind.items() if found]


def remedy_of(reason: Mapping[str, Any]) -> str:
    """Return the key of what helps against a reason, "" for one that asks for nothing."""
    code = str(reason["code"])
    if reason["kind"] not in {"fault", "proposal"}:
        return ""
    if code.startswith("gate_") and code != "gate_no_poster":
        return "remedy.gate"
    return f"remedy.{'proposed' if code.endswith('_proposed') else code}"


def arrived_in(
    cell: Cell | None, digests: Collection[str], *, key: str = "", after: str = ""
) -> Mapping[str, Any] | None:
    """Return the version whose report is on all files of these digests (SHA-256, hex).

    With a `key`, on the file that was put there after the time of another report (ISO 8601).
    """
    for version in cell.versions if cell else ():
        report = version["report"] or {"delivered": (), "uploaded_at": ""}
        delivered = report["delivered"]
        if digests and {each["sha256"] for each in delivered}.issuperset(digests):
            return version
        if key in {each["key"] for each in delivered} and report["uploaded_at"] > after:
            return version
    return None


def newest_report(cell: Cell | None) -> str:
    """Return when the newest delivery that there is a report on came, "" without one."""
    reports = (each["report"] for each in (cell.versions if cell else ()))
    return max((str(each["uploaded_at"]) for each in reports if each), default="")


def _ordered(usual: Sequence[str], names: Iterable[str]) -> tuple[str, ...]:
    """Return names once each: the usual ones in their order, then those that are new."""
    given = list(dict.fromkeys(names))
    first = [each for each in usual if each in given]
    return (*first, *(each for each in given if each not in usual))

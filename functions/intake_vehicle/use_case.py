"""A render, a mask or a sidecar was uploaded: take in what lies there now, and report on it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from functions.intake_vehicle.files import Uploaded, members_of, read_upload
from functions.intake_vehicle.measuring import facts_of
from functions.intake_vehicle.reporting import misnamed, not_examined, report_of, write_report
from functions.intake_vehicle.sets import (
    check_against,
    read_member,
    read_members,
    write_member,
    write_set_report,
)
from functions.intake_vehicle.trial import tried
from shared.core.errors import UnfinishedError
from shared.lists.bulkhead import MOST_TRIES_BY_EVENT, Bulkhead
from shared.observability import log
from shared.vehicles import register
from shared.vehicles.catalogue import entry_of
from shared.vehicles.freeze import mount_files
from shared.vehicles.intake.examine import Examined, examine
from shared.vehicles.intake.findings import fault
from shared.vehicles.members import Facts, Member
from shared.vehicles.uploads import RenderName, render_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.ports import Clock, ObjectStore
    from shared.quality.thresholds import Thresholds
    from shared.vehicles.intake.pictures import Limits


@dataclass(frozen=True)
class Taken:
    """How many renders came to which verdict; `waiting` ones are not there yet."""

    verdicts: Counter[str] = field(default_factory=Counter)

    def counts(self) -> dict[str, int]:
        return {name.replace(" ", "_"): count for name, count in sorted(self.verdicts.items())}


def intake_vehicles(
    keys: Sequence[str],
    *,
    limits: Limits,
    thresholds: Thresholds,
    mount: ObjectStore,
    state: ObjectStore,
    clock: Clock,
) -> Taken:
    """Take in each render that the keys belong to; safe to repeat, in any order, and at once.

    What an event says is a hint only: the files that lie there now are what is taken in, so the
    last event of a delivery sees all of it. The entry in the register is the commit point.
    UnfinishedError when some are to be tried again, so that the platform repeats the event.
    """
    # Whether OSS quotes keys in events is not documented; names of ours need no quoting.
    names = {key: render_of(key) or render_of(unquote_plus(key)) for key in keys}
    taken = Taken()
    for key in [key for key, name in names.items() if name is None]:
        misnamed(key, mount=mount)
        taken.verdicts["misnamed"] += 1
    renders: Bulkhead[RenderName] = Bulkhead(
        of="vehicles",
        name=lambda name: name.full,
        work=lambda name: _intake(name, limits=limits, thresholds=thresholds, mount=mount),
        aside=lambda name, _: not_examined(name, mount=mount),
        about=lambda name: {"vehicle": name.full},
        state=state,
        clock=clock,
        most_tries=MOST_TRIES_BY_EVENT,
        patient=False,
    )
    named = sorted({name for name in names.values() if name is not None})
    worked = renders.work_through(
        dict.fromkeys(each for name in named for each in members_of(name, mount=mount))
    )
    taken.verdicts.update(worked.outcomes)
    if worked.failed:
        raise UnfinishedError(f"{worked.failed} vehicles could not be taken in yet")
    return taken


def _intake(name: RenderName, *, limits: Limits, thresholds: Thresholds, mount: ObjectStore) -> str:
    uploaded = read_upload(name, limits=limits, mount=mount)
    if uploaded is None:
        log.logger().info("vehicle.waits_for_its_render", vehicle=name.full)
        return "waiting"
    if not name.view:
        return _take_in(uploaded, _examined(uploaded, limits, thresholds, mount), mount)
    known = read_member(name, mount=mount)
    now = (uploaded.version, uploaded.at.isoformat())
    # A set's files have many events: most tell of what was taken in already.
    if known is None or (known.version, known.uploaded_at) != now:
        known = _member(uploaded, limits=limits, thresholds=thresholds, mount=mount)
    write_set_report(name, mount=mount)
    return known.verdict


def _member(
    uploaded: Uploaded, *, limits: Limits, thresholds: Thresholds, mount: ObjectStore
) -> Member:
    examined, facts = _examined(uploaded, limits, thresholds, mount), Facts()
    if examined.frozen is not None:
        facts, light = facts_of(examined.frozen), examined.frozen.sidecar.light
        others = read_members(uploaded.name, mount=mount)
        found = check_against(uploaded.name, light, facts, others)
        examined = replace(examined, findings=(*examined.findings, *found))
    _take_in(uploaded, examined, mount)
    report = report_of(uploaded, examined)
    member = Member(
        view=uploaded.name.view,
        lit=uploaded.name.lit,
        version=report.version,
        uploaded_at=report.uploaded_at,
        verdict=report.verdict,
        reasons=report.reasons,
        facts=facts,
    )
    write_member(uploaded.name, member, mount=mount)
    return member


def _take_in(uploaded: Uploaded, examined: Examined, mount: ObjectStore) -> str:
    """Put on the mount what was frozen, then the report; the register's entry comes last."""
    report = report_of(uploaded, examined)
    if examined.frozen is not None:
        for key, data in mount_files(examined.frozen):
            kind = "application/json" if key.endswith(".json") else "image/png"
            mount.put(key, data, content_type=kind)
    folder = write_report(uploaded, report, examined.pictures, mount=mount)
    if examined.frozen is not None:
        entry = entry_of(examined.frozen.sidecar, preview=f"{folder}light.png")
        offered = report.verdict == "yes"
        register.enter(entry, uploaded_at=uploaded.at, offered=offered, mount=mount)
        register.write_snapshot(mount)
    log.logger().info("vehicle.taken_in", vehicle=report.reference, verdict=report.verdict)
    return report.verdict


def _examined(
    uploaded: Uploaded, limits: Limits, thresholds: Thresholds, mount: ObjectStore
) -> Examined:
    """Examine a render and add what the gate says; one that can never pass is not taken in."""
    reference = f"{uploaded.name.path}/{uploaded.version}"
    recalled = register.recall_of(reference, mount=mount)
    if recalled is not None:
        words = f"exactly these files were recalled ({recalled.reason}); deliver mended ones"
        return Examined((fault("recalled", words),))
    if uploaded.delivery is None:
        return Examined(tuple(fault(code, words) for code, words in uploaded.refused))
    examined = examine(uploaded.delivery, limits)
    if examined.frozen is None:
        return examined
    found = tried(examined.frozen, thresholds)
    hopeless = any(each.kind == "fault" for each in found)
    findings = (*examined.findings, *found)
    return replace(examined, findings=findings, frozen=None if hopeless else examined.frozen)

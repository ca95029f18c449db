"""Prefixes: what starts functions by an object must not be what functions write."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from cli.preflight.findings import Place
from shared.core import ids
from shared.uploads import names
from shared.vehicles import uploads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.preflight.findings import Finding
    from cli.preflight.world import World
    from local.cloud.fc.spec import OssTrigger

_STARTS = "output/"


@dataclass(frozen=True)
class Written:
    """What a part of the bundle writes on the mount: keys that begin and end like this."""

    by: str
    prefix: str
    suffix: str = ""


# Blanking an erased driver's lines also rewrites a file under uploads/trips/; ingest_upload knows
# such a file by a mark and ends, so it is no loop and not named here.
WRITTEN = (
    Written("paint_scene", "input/", ids.plate_key("x").rpartition("x")[2]),
    Written("the vehicles' intake", "input/vehicles/"),
    Written("ingest_upload", names.REPORTS),
    Written("the vehicles' intake", uploads.REPORTS),
)


def check_triggers(world: World) -> Iterator[Finding]:
    """No trigger hears what functions write, no two hear the same, each listens to the mount."""
    place = Place("triggers")
    if world.stack is None:
        return
    given = [(f.name, t) for f in world.stack.functions.values() for t in f.oss_triggers]
    faults = [
        *_bucket_faults(world, given, place),
        *(fault for name, trigger in given for fault in _loops(name, trigger, place)),
        *_rivals(given, place),
    ]
    yield from faults
    if not any(trigger.prefix.startswith(_STARTS) for _, trigger in given):
        yield place.warning(
            "no function hears of output/…/task.json; posters wait for drain_queue",
            "add the OSS trigger of record_output to s.yaml",
        )
    if not faults:
        heard = ", ".join(f"{t.prefix}…{t.suffix}" for _, t in given)
        yield place.ok(f"{len(given)} apart from all that is written: {heard}")


def _bucket_faults(
    world: World, given: list[tuple[str, OssTrigger]], place: Place
) -> Iterator[Finding]:
    state = world.variables.get("STATE_BUCKET", "")
    mount = world.variables.get("MOUNT_BUCKET", "")
    if state and state == mount:
        yield place.failure(
            "STATE_BUCKET and MOUNT_BUCKET are one: the GPUs could read every job",
            "make two buckets, with separate roles and lifecycle rules",
        )
    for name, trigger in given:
        if mount and trigger.bucket != mount:
            yield place.failure(
                f"{name} listens to the bucket {trigger.bucket}, not to MOUNT_BUCKET {mount}",
                "set MOUNT_BUCKET the same where s.yaml is deployed and here",
            )


def _loops(name: str, trigger: OssTrigger, place: Place) -> Iterator[Finding]:
    if not trigger.prefix:
        yield place.failure(f"{name} hears every object of the bucket", "give its trigger a prefix")
        return
    for written in WRITTEN:
        if _meet(trigger.prefix, trigger.suffix, written.prefix, written.suffix):
            yield place.failure(
                f"{name} hears {trigger.prefix}…{trigger.suffix}, "
                f"and {written.by} writes {written.prefix}…{written.suffix}: a loop",
                "give the trigger a prefix of its own",
            )


def _rivals(given: list[tuple[str, OssTrigger]], place: Place) -> Iterator[Finding]:
    for (one, a), (other, b) in combinations(given, 2):
        if a.bucket == b.bucket and _meet(a.prefix, a.suffix, b.prefix, b.suffix):
            yield place.failure(
                f"the triggers of {one} and {other} hear the same objects, which OSS refuses",
                "make their prefixes or suffixes exclude each other",
            )


def _meet(prefix: str, suffix: str, other_prefix: str, other_suffix: str) -> bool:
    """Say whether one key can fit both patterns."""
    begins = prefix.startswith(other_prefix) or other_prefix.startswith(prefix)
    return begins and (suffix.endswith(other_suffix) or other_suffix.endswith(suffix))

"""How long what lies where, and the lifecycle rules that see to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from shared.settings.retention import RetentionSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

STATE, MOUNT = "state", "mount"
_ABORT_DAYS = 7


@dataclass(frozen=True)
class Kept:
    """One prefix of a bucket: for how many days (None: until the code removes it), and why."""

    bucket: str
    prefix: str
    days: int | None
    setting: str
    holds: str


def kept(settings: RetentionSettings | None = None) -> tuple[Kept, ...]:
    """Return every prefix of both buckets, with its time."""
    found = settings or RetentionSettings()
    return tuple(_state(found)) + tuple(_mount(found))


def _state(found: RetentionSettings) -> Iterator[Kept]:
    posters = (found.posters, "POSTER_DAYS")
    yield Kept(STATE, "jobs/", *posters, "records: trip without caption and team, prompt, history")
    yield Kept(STATE, "results/", *posters, "posters and their manifests")
    yield Kept(STATE, "announced/", *posters, "what others were told of a poster, and when")
    # Entered before anything else of a job is written, so kept a while longer.
    longer = (found.posters + 60, "POSTER_DAYS + 60")
    yield Kept(STATE, "drivers/", *longer, "which jobs are a driver's, by a keyed hash")
    yield Kept(STATE, "uploads/", found.uploads, "UPLOAD_DAYS", "cursors of uploaded files")
    # It leads an erasure to the files, so it outlives them.
    longer = (found.uploads + 30, "UPLOAD_DAYS + 30")
    yield Kept(STATE, "driver-uploads/", *longer, "which uploads name a driver, by a keyed hash")
    # It forbids what was asked for before it, so it outlives that.
    longer = (found.uploads + 60, "UPLOAD_DAYS + 60")
    yield Kept(STATE, "erased-drivers/", *longer, "when a driver had everything erased")
    yield Kept(STATE, "erasures/", found.receipts, "RECEIPT_DAYS", "receipts: counts and times")
    yield Kept(STATE, "tries/", found.tasks, "TASK_DAYS", "what is tried: ids; mostly for a minute")
    yield Kept(STATE, "dead/", found.dead, "DEAD_DAYS", "what nobody could handle")
    yield Kept(STATE, "campaigns/", found.campaigns, "CAMPAIGN_DAYS", "plans and reports: ids")
    yield Kept(STATE, "late/", found.tasks, "TASK_DAYS", "outputs that are waited for: ids")
    yield Kept(STATE, "recalls/", found.tasks, "TASK_DAYS", "cut recalls: a job's id")
    for prefix, holds in (
        ("open/", "markers of jobs in flight"),
        ("open-uploads/", "markers of uploads in flight"),
        ("outbox/", "messages that wait: ids; three days at most"),
        ("erasing/", "erasures under way"),
        ("erasing-counts/", "what they have counted so far"),
        ("control/", "pauses, circuits, lengths of queues: nobody's data"),
    ):
        yield Kept(STATE, prefix, None, "", holds)


def _mount(found: RetentionSettings) -> Iterator[Kept]:
    tasks, uploads = (found.tasks, "TASK_DAYS"), (found.uploads, "UPLOAD_DAYS")
    # Job ids begin with a j; input/vehicles/ stays.
    yield Kept(MOUNT, "input/j", *tasks, "plates: scenes without a car")
    yield Kept(MOUNT, "output/", *tasks, "what a GPU task has written")
    yield Kept(MOUNT, "temp/", 1, "", "what ComfyUI leaves behind")
    yield Kept(MOUNT, "uploads/trips/", *uploads, "uploaded trips, as they came")
    yield Kept(MOUNT, "uploads/reports/", *uploads, "what became of their lines")
    for prefix, holds in (
        ("input/vehicles/", "frozen vehicles: nobody's data"),
        ("uploads/vehicles/", "renders as they were uploaded"),
        ("models/", "models"),
        ("custom_nodes/", "nodes"),
    ):
        yield Kept(MOUNT, prefix, None, "", holds)


def lifecycle_xml(bucket: str, settings: RetentionSettings | None = None) -> str:
    """Return the rules of a bucket, as PutBucketLifecycle takes them."""
    rules = [each for each in kept(settings) if each.bucket == bucket and each.days is not None]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            "<!-- Written by `poster docs` from the settings; see docs/reference/storage.md. -->",
            "<LifecycleConfiguration>",
            *(_rule(each) for each in rules),
            "  <Rule>",
            "    <ID>unfinished-uploads</ID>",
            "    <Prefix></Prefix>",
            "    <Status>Enabled</Status>",
            f"    <AbortMultipartUpload><Days>{_ABORT_DAYS}</Days></AbortMultipartUpload>",
            "  </Rule>",
            "</LifecycleConfiguration>",
            "",
        ]
    )


def _rule(each: Kept) -> str:
    name = each.prefix.strip("/").replace("/", "-")
    return "\n".join(
        [
            "  <Rule>",
            f"    <ID>{escape(name)}</ID>",
            f"    <Prefix>{escape(each.prefix)}</Prefix>",
            "    <Status>Enabled</Status>",
            f"    <Expiration><Days>{each.days}</Days></Expiration>",
            "  </Rule>",
        ]
    )
